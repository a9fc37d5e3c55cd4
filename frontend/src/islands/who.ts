/**
 * The list of people an order could go to. Arrows move from one to the next, Enter sends the one that has
 * the focus, letters go to the search box and leave those whose name, pinyin, initials or crew hold them.
 * Nothing of this happens while an input method composes.
 */

function composing(event: KeyboardEvent): boolean {
  return event.isComposing || event.keyCode === 229;
}

/** True when every word typed stands somewhere in what a person is found by. */
export function finds(letters: string, typed: string): boolean {
  const words = typed.normalize("NFKC").toLowerCase().split(/\s+/).filter(Boolean);
  return words.every((word) => letters.includes(word));
}

export function start(who: HTMLElement): void {
  const box = who.querySelector<HTMLInputElement>("#who-find");
  const list = who.querySelector<HTMLElement>(".who-list");
  if (!box || !list) return;
  const people = [...list.querySelectorAll<HTMLElement>("[data-find]")];
  const nobody = list.querySelector<HTMLElement>("[data-nobody]");
  const status = who.querySelector<HTMLElement>("[role=status]");
  box.parentElement?.removeAttribute("hidden");

  function choices(): HTMLButtonElement[] {
    return [...who.querySelectorAll<HTMLButtonElement>("button[data-who]")].filter((one) => one.checkVisibility());
  }

  function filter(): void {
    const typed = box?.value ?? "";
    for (const one of people) one.hidden = !finds(one.dataset["find"] ?? "", typed);
    for (const head of list?.querySelectorAll<HTMLElement>(".who-head") ?? []) head.hidden = typed.trim() !== "";
    const none = people.every((one) => one.hidden);
    if (nobody) nobody.hidden = !none;
    if (status) status.textContent = none ? (status.dataset["none"] ?? "") : "";
  }

  function move(step: number): void {
    const all = choices();
    const at = all.findIndex((one) => one === document.activeElement);
    if (at === 0 && step < 0) return box?.focus();
    const next = all[at < 0 ? 0 : Math.min(at + step, all.length - 1)];
    next?.focus();
    next?.closest(".cand")?.scrollIntoView({ block: "nearest" });
  }

  box.addEventListener("input", filter);
  who.addEventListener("keydown", (event) => {
    const from = event.target as HTMLElement;
    if (composing(event) || event.ctrlKey || event.metaKey || event.altKey) return;
    const inList = from.matches("button[data-who]");
    if (!inList && from !== box) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      move(event.key === "ArrowDown" ? 1 : -1);
    } else if (from === box && event.key === "Enter") {
      event.preventDefault();
      if (box.value.trim() && people.every((one) => one.hidden)) return;
      choices()[0]?.click();
    } else if (from === box && event.key === "Escape" && box.value) {
      // The first Esc clears what was typed, the next one closes.
      event.preventDefault();
      box.value = "";
      filter();
    } else if (inList && /^[a-su-z]$/i.test(event.key) && document.documentElement.dataset["keys"] !== "off") {
      // T is a key of its own; every other letter begins a name.
      event.preventDefault();
      event.stopPropagation();
      box.focus();
      box.value += event.key;
      filter();
    }
  });
  const rule = who.querySelector<HTMLDetailsElement>("[data-rule]");
  rule?.addEventListener("toggle", () => {
    if (rule.open) rule.querySelector("button")?.focus();
  });
}
