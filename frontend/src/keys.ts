import { openDialog } from "./dialogs";
import { word } from "./words";

/**
 * Single keys. Every shortcut is a visible control with `data-key`; pressing the key presses the
 * control. J and K move through the rows of `[data-rows]`, `?` lists what the page knows, and Ctrl-K
 * goes to the search box. Keys rest while someone types or composes, and with `<html data-keys=off>`.
 */

function typing(event: KeyboardEvent): boolean {
  const element = event.target as HTMLElement;
  return (
    event.isComposing ||
    event.keyCode === 229 ||
    element.isContentEditable ||
    element.matches("textarea, select, input:not([type=checkbox], [type=radio], [type=button], [type=submit])")
  );
}

/** The control for a key: in the row that has the focus first, then anywhere visible. */
export function controlFor(key: string): HTMLElement | null {
  const selector = `[data-key="${CSS.escape(key)}"]`;
  const scope = document.querySelector("dialog:modal") ?? document;
  const row = document.activeElement?.closest("[data-row]");
  const found = [...(row?.querySelectorAll<HTMLElement>(selector) ?? []), ...scope.querySelectorAll<HTMLElement>(selector)];
  return found.find((control) => control.checkVisibility() && !control.matches(":disabled")) ?? null;
}

function moveRow(step: number): void {
  const rows = [...document.querySelectorAll<HTMLElement>("[data-rows] [data-row]")];
  const focused = rows.findIndex((row) => row.contains(document.activeElement));
  const at = focused < 0 ? rows.findIndex((row) => row.matches(".on")) : focused;
  const next = rows[at < 0 ? 0 : Math.min(Math.max(at + step, 0), rows.length - 1)];
  next?.querySelector<HTMLElement>("a[href], button")?.focus();
}

function listKeys(): void {
  const list = document.querySelector("#hq-keys dl");
  if (!list) return;
  const known = new Map<string, string>([["?", word("keys")]]);
  if (document.querySelector("[data-find]")) known.set("Ctrl K", word("find"));
  if (document.querySelector("[data-rows]")) known.set("J K", word("rows"));
  for (const control of document.querySelectorAll<HTMLElement>("[data-key], [data-key-shown]")) {
    const label = control.dataset["keyTitle"] ?? control.getAttribute("aria-label") ?? control.innerText;
    const key = control.dataset["keyShown"] ?? (control.dataset["key"] ?? "").toUpperCase();
    known.set(key, label.replace(/\s+\S$/, "").trim());
  }
  list.replaceChildren(
    ...[...known].flatMap(([key, label]) => {
      const term = document.createElement("dt");
      term.append(...key.split(" ").map((part) => Object.assign(document.createElement("kbd"), { textContent: part })));
      return [term, Object.assign(document.createElement("dd"), { textContent: label })];
    }),
  );
  openDialog("hq-keys");
}

function onKey(event: KeyboardEvent): void {
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
    const box = document.querySelector<HTMLInputElement>("[data-find]");
    if (!box) return;
    event.preventDefault();
    box.focus();
    box.select();
    return;
  }
  const off = document.documentElement.dataset["keys"] === "off";
  if (off || event.ctrlKey || event.metaKey || event.altKey || typing(event)) return;
  if (event.key === "?") return listKeys();
  const key = event.key.toLowerCase();
  const control = controlFor(key);
  if (control) {
    event.preventDefault();
    if (control.matches("input, select, textarea")) control.focus();
    else control.click();
  } else if (key === "j" || key === "k") moveRow(key === "j" ? 1 : -1);
}

export function watchKeys(): void {
  document.addEventListener("keydown", onKey);
}
