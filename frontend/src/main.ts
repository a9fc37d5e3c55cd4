import htmx from "htmx.org";
import "./styles/tabler.scss";
import "./styles/main.css";
import { watchAppointments } from "./appointment";
import { watchForms } from "./busy";
import { keepClocks } from "./clock";
import { showWhatApplies, watchConditions } from "./conditions";
import { openWhatIsWanted, watchDialogs } from "./dialogs";
import { keepFocus } from "./focus";
import { startIslands } from "./islands";
import { watchKeys } from "./keys";
import { watchPhotos } from "./photos";
import { settle, showToast, watchToasts } from "./toasts";
import { word } from "./words";

Object.assign(htmx.config, {
  allowEval: false,
  allowScriptTags: false,
  includeIndicatorStyles: false,
  historyCacheSize: 0,
  refreshOnHistoryMiss: true,
  scrollBehavior: "auto",
  responseHandling: [
    { code: "204", swap: false },
    { code: "[23]..", swap: true },
    // A form with errors comes back as 422 and takes the place of the form.
    { code: "422", swap: true },
    { code: "[45]..", swap: false, error: true },
  ],
});

interface Configured {
  verb: string;
  headers: Record<string, string>;
}

document.addEventListener("htmx:configRequest", (event) => {
  const { verb, headers } = (event as CustomEvent<Configured>).detail;
  const token = document.querySelector<HTMLMetaElement>("meta[name=csrf-token]")?.content;
  if (verb !== "get" && token) headers["X-CSRFToken"] = token;
});

document.addEventListener("htmx:sendError", () => showToast({ kind: "danger", text: word("offline") }));
document.addEventListener("htmx:responseError", (event) => {
  const { status } = (event as CustomEvent<{ xhr: XMLHttpRequest }>).detail.xhr;
  const known: Record<number, string> = { 403: "forbidden", 404: "gone", 409: "changed", 429: "slow_down", 503: "away" };
  showToast({ kind: "danger", text: word(known[status] ?? "failed") });
});

/** Everything that a new part of the page needs, whether it came with the page or was swapped in. */
function adopt(part: ParentNode): void {
  startIslands(part);
  showWhatApplies(part);
  openWhatIsWanted(part);
  part.querySelectorAll<HTMLElement>("#toasts .toast-x").forEach(settle);
}

/** `<select data-send>` and other quick filters send their form when they change. */
function watchQuickFilters(): void {
  document.addEventListener("change", (event) => {
    const control = event.target;
    if (control instanceof Element && control.closest("[data-send]")) control.closest("form")?.requestSubmit();
  });
}

watchForms();
watchDialogs();
watchToasts();
watchKeys();
watchPhotos();
watchQuickFilters();
watchConditions();
watchAppointments();
keepFocus();
keepClocks();
adopt(document);
document.addEventListener("htmx:load", (event) => {
  const part = (event as CustomEvent<{ elt: Element }>).detail.elt;
  startIslands(part.parentElement ?? document);
  showWhatApplies(part.parentElement ?? document);
  document.querySelectorAll<HTMLElement>("#toasts .toast-x").forEach(settle);
});
document.addEventListener("click", (event) => {
  if ((event.target as Element).closest("[data-print]")) window.print();
});
