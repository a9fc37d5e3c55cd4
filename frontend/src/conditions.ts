/** `data-when="category=3"`: shown, and sent, only while that choice of the form is made. */

function met(part: HTMLElement): boolean {
  const [name = "", value = ""] = (part.dataset["when"] ?? "").split("=");
  const form = part.closest("form");
  return form !== null && new FormData(form).getAll(name).includes(value);
}

export function showWhatApplies(root: ParentNode): void {
  root.querySelectorAll<HTMLFieldSetElement>("fieldset[data-when]").forEach((part) => {
    const applies = met(part);
    part.hidden = !applies;
    part.disabled = !applies;
  });
}

export function watchConditions(): void {
  document.addEventListener("change", (event) => {
    const form = (event.target as Element).closest("form");
    if (form) showWhatApplies(form);
  });
}
