/** Native dialogs and sheets: `data-open="id"` opens, `data-close` closes, a click beside it closes too. */

export function openDialog(id: string): void {
  const dialog = document.getElementById(id);
  if (dialog instanceof HTMLDialogElement && !dialog.open) dialog.showModal();
}

export function closeDialog(id?: string): void {
  const dialog = id ? document.getElementById(id) : document.querySelector("dialog:modal");
  if (dialog instanceof HTMLDialogElement) dialog.close();
}

function onClick(event: MouseEvent): void {
  const element = event.target as Element;
  const opener = element.closest<HTMLElement>("[data-open]");
  if (opener) return openDialog(opener.dataset["open"] ?? "");
  if (element.closest("[data-close]")) return element.closest("dialog")?.close();
  if (element instanceof HTMLDialogElement && outside(element, event)) element.close();
  for (const menu of document.querySelectorAll<HTMLDetailsElement>("details.menu[open]")) {
    if (!menu.contains(element)) menu.open = false;
  }
}

function outside(dialog: HTMLDialogElement, event: MouseEvent): boolean {
  const box = dialog.getBoundingClientRect();
  const within =
    event.clientX >= box.left && event.clientX <= box.right && event.clientY >= box.top && event.clientY <= box.bottom;
  return !within && event.detail > 0;
}

/** `data-opens="id"` on a page that came back with errors opens the dialog they are in. */
export function openWhatIsWanted(root: ParentNode): void {
  root.querySelectorAll<HTMLElement>("[data-opens]").forEach((wish) => openDialog(wish.dataset["opens"] ?? ""));
}

export function watchDialogs(): void {
  document.addEventListener("click", onClick);
  document.addEventListener("keydown", (event) => {
    const menu = document.querySelector<HTMLDetailsElement>("details.menu[open]");
    if (event.key !== "Escape" || !menu) return;
    menu.open = false;
    menu.querySelector("summary")?.focus();
  });
  // Answers may ask for it: HX-Trigger: {"open": "hold"} or {"close": "hold"}.
  document.addEventListener("open", (event) => openDialog((event as CustomEvent<{ value: string }>).detail.value));
  document.addEventListener("close", (event) => {
    if (event instanceof CustomEvent) closeDialog((event as CustomEvent<{ value?: string }>).detail.value);
  });
}
