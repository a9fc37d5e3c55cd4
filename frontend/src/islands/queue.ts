/**
 * A list with a panel beside it. Marks the chosen row and keeps it chosen when the list is renewed;
 * keys of the panel rest while another row's panel is on its way, so that nobody acts on the row just
 * left. Nothing is asked of the server while the page is hidden, and a panel somebody works in stays.
 */

interface Asked {
  elt: Element;
  target?: Element;
}

export function start(queue: HTMLElement): void {
  const side = queue.querySelector<HTMLElement>("#side");
  let chosen = queue.querySelector<HTMLElement>("tr.on")?.dataset["number"] ?? "";

  function choose(number: string): void {
    chosen = number;
    for (const row of queue.querySelectorAll<HTMLElement>("tr[data-number]")) {
      const on = row.dataset["number"] === chosen;
      row.classList.toggle("on", on);
      if (on) row.setAttribute("aria-current", "true");
      else row.removeAttribute("aria-current");
    }
  }

  function rest(): void {
    side?.querySelectorAll("[data-key]").forEach((control) => control.removeAttribute("data-key"));
  }

  function shown(): string {
    return side?.querySelector<HTMLElement>("[data-panel]")?.dataset["panel"] ?? "";
  }

  function busy(): boolean {
    return document.querySelector("dialog:modal") !== null || (side?.querySelector("form[data-busy]") ?? null) !== null;
  }

  queue.addEventListener("htmx:beforeRequest", (event) => {
    const { elt } = (event as CustomEvent<Asked>).detail;
    if ((elt.id === "list" || elt.id === "pulse") && (document.hidden || busy())) return event.preventDefault();
    const panel = elt instanceof HTMLElement ? elt.dataset["panel"] : undefined;
    if (panel !== undefined && busy()) return event.preventDefault();
    if (!(elt instanceof HTMLElement) || elt.tagName !== "TR") return;
    const number = elt.dataset["number"] ?? "";
    choose(number);
    if (number === shown()) event.preventDefault();
    else rest();
  });
  queue.addEventListener("htmx:afterSwap", () => choose(shown() || chosen));
  // Back from a step: J and K go on from the row it was taken for.
  if (document.activeElement === document.body) {
    queue.querySelector<HTMLElement>("tr.on a")?.focus({ preventScroll: true });
  }
}
