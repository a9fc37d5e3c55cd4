/**
 * A form is sent once: until the answer is there its buttons rest and a second submit is swallowed.
 * The buttons are aria-disabled, not disabled: a disabled button would lose the focus.
 */

interface Answered {
  xhr: XMLHttpRequest;
  requestConfig: { elt: Element };
}

function buttons(form: HTMLFormElement): Element[] {
  return [...form.elements].filter((element) => element.matches("button:not([type=button]), input[type=submit]"));
}

export function hold(form: HTMLFormElement, submitter: HTMLElement | null): void {
  form.dataset["busy"] = "yes";
  const all = buttons(form);
  (submitter ?? all[0])?.setAttribute("aria-busy", "true");
  for (const button of all) button.setAttribute("aria-disabled", "true");
}

export function release(form: HTMLFormElement): void {
  delete form.dataset["busy"];
  for (const button of buttons(form)) {
    button.removeAttribute("aria-busy");
    button.removeAttribute("aria-disabled");
  }
}

function byHtmx(form: Element): boolean {
  return form.closest("[hx-boost=true]") !== null || form.matches("[hx-post],[hx-get],[hx-put],[hx-patch],[hx-delete]");
}

function sendsOnce(form: EventTarget | null): form is HTMLFormElement {
  return form instanceof HTMLFormElement && form.method === "post" && form.dataset["repeat"] === undefined;
}

export function watchForms(): void {
  let pressed: HTMLElement | null = null;
  // In the capture phase: htmx would put a second submit in a queue and send it after the first.
  window.addEventListener(
    "submit",
    (event) => {
      const form = event.target;
      if (!sendsOnce(form)) return;
      if (form.dataset["busy"]) {
        event.preventDefault();
        event.stopImmediatePropagation();
      } else pressed = event.submitter;
    },
    { capture: true },
  );
  window.addEventListener("submit", (event) => {
    if (sendsOnce(event.target) && !event.defaultPrevented && !byHtmx(event.target)) hold(event.target, event.submitter);
  });
  document.addEventListener("htmx:beforeRequest", (event) => {
    if (sendsOnce(event.target)) hold(event.target, pressed);
  });
  document.addEventListener("htmx:afterRequest", (event) => {
    const { xhr, requestConfig } = (event as CustomEvent<Answered>).detail;
    const { elt } = requestConfig; // the target of the event is another one where the form was swapped away
    // On the way to another page the form stays asleep.
    if (!sendsOnce(elt) || xhr.getResponseHeader("HX-Redirect")) return;
    release(elt);
    // A button outside the form belongs by now to the form that took its place.
    const successor = elt.id ? document.getElementById(elt.id) : null;
    if (successor !== elt && sendsOnce(successor)) release(successor);
  });
  // A page taken back from the back/forward cache must not keep its buttons asleep.
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) document.querySelectorAll<HTMLFormElement>("form[data-busy]").forEach(release);
  });
}
