/** A form is sent once: its buttons rest until the answer is there. */

type Submitter = HTMLButtonElement | HTMLInputElement;

function buttons(form: HTMLFormElement): Submitter[] {
  return [...form.elements].filter(
    (element): element is Submitter =>
      (element instanceof HTMLButtonElement || element instanceof HTMLInputElement) && element.type === "submit",
  );
}

export function hold(form: HTMLFormElement, submitter: HTMLElement | null): void {
  form.dataset["busy"] = "yes";
  (submitter ?? buttons(form)[0])?.setAttribute("aria-busy", "true");
  // Disabled in the next task: a disabled button's name and value would be left out of the form.
  setTimeout(() => {
    if (form.dataset["busy"]) for (const button of buttons(form)) button.disabled = true;
  });
}

export function release(form: HTMLFormElement): void {
  if (!form.dataset["busy"]) return;
  delete form.dataset["busy"];
  for (const button of buttons(form)) {
    button.disabled = false;
    button.removeAttribute("aria-busy");
  }
}

function isHtmx(form: Element): boolean {
  return form.closest("[hx-boost=true]") !== null || form.matches("[hx-post],[hx-get],[hx-put],[hx-patch],[hx-delete]");
}

export function watchForms(): void {
  let pressed: HTMLElement | null = null;
  document.addEventListener("submit", (event) => {
    const form = event.target as HTMLFormElement;
    if (form.method === "dialog" || form.dataset["repeat"] !== undefined) return;
    pressed = event.submitter;
    if (isHtmx(form) || event.defaultPrevented) return;
    if (form.dataset["busy"]) event.preventDefault();
    else if (form.method === "post") hold(form, event.submitter);
  });
  document.addEventListener("htmx:beforeRequest", (event) => {
    const form = event.target;
    if (!(form instanceof HTMLFormElement) || form.method !== "post") return;
    if (form.dataset["busy"]) event.preventDefault();
    else hold(form, pressed);
  });
  document.addEventListener("htmx:afterRequest", (event) => {
    if (event.target instanceof HTMLFormElement) release(event.target);
  });
  // A page taken back from the back/forward cache must not keep its buttons asleep.
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) document.querySelectorAll<HTMLFormElement>("form[data-busy]").forEach(release);
  });
}
