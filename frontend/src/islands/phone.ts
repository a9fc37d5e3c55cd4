import { controlFor } from "../keys";

/**
 * The phone desk by keys alone. Enter leads from field to field and files in the last one; in the empty
 * number field it takes the call that rings. Arrows choose in what was found, Esc clears, Alt with a key
 * presses its button while somebody types. Nothing of this happens while an input method composes.
 */

interface Swapped {
  target: HTMLElement;
  requestConfig?: { elt: Element; parameters: Record<string, unknown> };
}

const LISTS: Record<string, string> = { place_text: "#typed-place, #usual", about_text: ".found", contact_phone: "#caller" };

function composing(event: KeyboardEvent): boolean {
  return event.isComposing || event.keyCode === 229;
}

export function start(desk: HTMLElement): void {
  const form = desk.querySelector<HTMLFormElement>("#phone-form");
  if (!form) return;
  const caption = document.title;
  /** Fields whose list for the letters typed last is still on its way, and the one that is to be left then. */
  const asked = new Set<string>();
  let leaving: HTMLElement | null = null;

  function field(name: string): HTMLInputElement | null {
    return form?.querySelector<HTMLInputElement>(`[name=${name}]`) ?? null;
  }

  function steps(): HTMLElement[] {
    return [...(form?.querySelectorAll<HTMLElement>("[data-step]") ?? [])].filter(
      (one) => one.checkVisibility() && !one.matches(":disabled"),
    );
  }

  /** The name is asked of somebody unknown, the place where none is chosen yet. */
  function isSettled(one: HTMLElement): boolean {
    if (one === field("contact_name")) return desk.querySelector("#caller [name=who]") !== null;
    return one === field("place_text") && form?.querySelector("[name=place]:checked") !== null;
  }

  function goOn(from: HTMLElement): void {
    const all = steps();
    const next = all.slice(all.indexOf(from) + 1).find((one) => !isSettled(one));
    next?.focus();
    if (next instanceof HTMLInputElement) next.select();
  }

  function choices(from: HTMLInputElement): HTMLInputElement[] {
    const where = LISTS[from.name];
    if (!where) return [];
    const around = from.name === "about_text" ? from.closest(".field")?.parentElement : desk;
    const lists = [...(around?.querySelectorAll(where) ?? [])];
    return lists.flatMap((list) => [...list.querySelectorAll<HTMLInputElement>("input[type=radio]:not(fieldset *)")]);
  }

  function choose(from: HTMLInputElement, step: number): void {
    const all = choices(from);
    if (all.length === 0) return;
    const at = all.findIndex((one) => one.checked);
    const next = all[at < 0 ? 0 : (at + step + all.length) % all.length];
    next?.click();
    next?.closest("label")?.scrollIntoView({ block: "nearest" });
  }

  function onEnter(from: HTMLElement, event: KeyboardEvent): void {
    const last = from === steps().at(-1);
    if (last) return;
    event.preventDefault();
    if (from instanceof HTMLInputElement && from.name === "contact_phone" && !from.value.trim()) {
      const ringing = desk.querySelector<HTMLElement>(".ring button");
      if (ringing) return ringing.click();
    }
    if (from instanceof HTMLInputElement && asked.has(from.name)) leaving = from;
    else goOn(from);
  }

  desk.addEventListener("keydown", (event) => {
    const from = event.target;
    if (composing(event) || !(from instanceof HTMLElement) || !from.matches("[data-step]")) return;
    if (event.altKey && !event.ctrlKey && !event.metaKey) {
      const key = /^(Key|Digit)(.)$/.exec(event.code)?.[2]?.toLowerCase();
      const control = key ? controlFor(key) : null;
      if (control) {
        event.preventDefault();
        control.click();
      }
    } else if (event.key === "Enter" && !event.ctrlKey && !event.metaKey) onEnter(from, event);
    else if (event.key === "Enter") form.requestSubmit();
    else if (event.key === "Escape") desk.querySelector<HTMLElement>("[data-clear]")?.click();
    else if ((event.key === "ArrowDown" || event.key === "ArrowUp") && from instanceof HTMLInputElement) {
      if (from.dataset["typed"] === undefined) return;
      event.preventDefault();
      choose(from, event.key === "ArrowDown" ? 1 : -1);
    }
  });

  desk.addEventListener("input", (event) => {
    const from = event.target;
    if (from instanceof HTMLInputElement && from.dataset["typed"] !== undefined) asked.add(from.name);
    leaving = null;
  });
  desk.addEventListener("htmx:afterSettle", (event) => {
    const { target, requestConfig } = (event as CustomEvent<Swapped>).detail;
    if (target.id === "ringing") tell();
    const from = requestConfig?.elt;
    // What comes for letters that have been typed on since is not it yet.
    if (!(from instanceof HTMLInputElement) || requestConfig?.parameters[from.name] !== from.value) return;
    asked.delete(from.name);
    if (leaving !== from) return;
    leaving = null;
    goOn(from);
  });

  function tell(): void {
    const ringing = desk.querySelectorAll(".ring").length;
    document.title = ringing > 0 ? `(${ringing}) ${caption}` : caption;
  }

  desk.addEventListener("click", (event) => {
    const name = (event.target as Element).closest<HTMLElement>("[data-next-of]")?.dataset["nextOf"];
    if (!name) return;
    const all = [...form.querySelectorAll<HTMLInputElement>(`input[type=radio][name=${name}]`)];
    all[(all.findIndex((one) => one.checked) + 1) % all.length]?.click();
  });

  tell();
  desk.dataset["ready"] = "";
  if (form.querySelector("[aria-invalid=true]")) return;
  const number = field("contact_phone");
  number?.focus();
  // A call that was taken has its number: on to what has to be asked.
  if (number?.value || form.querySelector("[name=call]")) if (number) goOn(number);
}
