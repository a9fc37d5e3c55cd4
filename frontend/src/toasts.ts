import { icon } from "./icons";
import { word } from "./words";

export interface Toast {
  text: string;
  kind?: "ok" | "danger" | "warn" | "info";
}

const ICONS = { ok: "circle-check", danger: "alert-circle", warn: "alert-triangle", info: "info-circle" };
const SECONDS = 9;

/** Good news leaves after nine seconds, unless someone reads it; bad news stays. */
export function settle(toast: HTMLElement): void {
  if (toast.dataset["settled"]) return;
  toast.dataset["settled"] = "yes";
  if (toast.dataset["stay"] !== undefined) return;
  let timer = 0;
  const start = (): void => {
    timer = window.setTimeout(() => toast.remove(), SECONDS * 1000);
  };
  const stop = (): void => window.clearTimeout(timer);
  for (const name of ["mouseenter", "focusin"]) toast.addEventListener(name, stop);
  for (const name of ["mouseleave", "focusout"]) toast.addEventListener(name, start);
  start();
}

export function showToast({ text, kind = "ok" }: Toast): void {
  const toast = document.createElement("div");
  toast.className = `toast-x c-${kind}`;
  if (kind === "danger") toast.dataset["stay"] = "";
  const words = document.createElement("span");
  words.className = "grow";
  words.textContent = text;
  const close = document.createElement("button");
  close.type = "button";
  close.className = "btn btn-ghost btn-icon btn-sm";
  close.dataset["dismiss"] = "";
  close.setAttribute("aria-label", word("close"));
  close.append(icon("x"));
  toast.append(icon(ICONS[kind]), words, close);
  document.getElementById("toasts")?.append(toast);
  settle(toast);
}

export function watchToasts(): void {
  document.addEventListener("click", (event) => {
    (event.target as Element).closest("[data-dismiss]")?.closest(".toast-x")?.remove();
  });
  document.addEventListener("toast", (event) => showToast((event as CustomEvent<Toast>).detail));
}
