import { showToast } from "../toasts";

/** `<button data-island="copy" data-from="id" data-said="…">` puts the value of a field on the clipboard. */
export function start(button: HTMLElement): void {
  button.addEventListener("click", async () => {
    const field = document.getElementById(button.dataset["from"] ?? "");
    if (!(field instanceof HTMLInputElement)) return;
    field.focus();
    field.select();
    try {
      await navigator.clipboard.writeText(field.value);
      showToast({ text: button.dataset["said"] ?? "" });
    } catch {
      // Without TLS browsers offer no clipboard: the field stays marked, to be copied by hand.
    }
  });
}
