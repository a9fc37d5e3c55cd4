/** After a fragment was swapped the focus is where the person left it, never on `body`. */

interface Place {
  id: string;
  name: string;
  key: string;
  inside: boolean;
}

function placeOf(element: Element | null, target: Element): Place {
  return {
    id: element?.id ?? "",
    name: element?.getAttribute("name") ?? "",
    key: element?.closest("[data-key-id]")?.getAttribute("data-key-id") ?? "",
    inside: element !== null && target.contains(element),
  };
}

function find(place: Place, target: Element): HTMLElement | null {
  const candidates = [
    "[aria-invalid=true]",
    "[autofocus]",
    place.id && `#${CSS.escape(place.id)}`,
    place.key && `[data-key-id="${CSS.escape(place.key)}"]`,
    place.name && `[name="${CSS.escape(place.name)}"]`,
  ];
  for (const selector of candidates) {
    const found = selector ? target.querySelector<HTMLElement>(selector) : null;
    if (found) return found;
  }
  return null;
}

export function keepFocus(): void {
  let place: Place | null = null;
  document.addEventListener("htmx:beforeSwap", (event) => {
    place = placeOf(document.activeElement, (event as CustomEvent<{ target: Element }>).detail.target);
  });
  document.addEventListener("htmx:afterSettle", (event) => {
    const answer = (event as CustomEvent<{ xhr?: XMLHttpRequest; elt: Element }>).detail;
    if (answer.xhr?.status === 422) answer.elt.querySelector(".f-err, .note.c-danger")?.scrollIntoView({ block: "center" });
    if (!place?.inside || (document.activeElement && document.activeElement !== document.body)) return;
    const detail = (event as CustomEvent<{ target: Element }>).detail.target;
    const target = detail.isConnected ? detail : (document.getElementById(detail.id) ?? document.querySelector("main"));
    if (!(target instanceof HTMLElement)) return;
    const next = find(place, target);
    if (next) next.focus();
    else {
      target.tabIndex = -1;
      target.focus({ preventScroll: true });
    }
  });
}
