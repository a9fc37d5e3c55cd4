import { showToast } from "../toasts";
import { word } from "../words";

/**
 * One field for a scanner that types and presses Enter. It keeps the focus; codes that come while an
 * answer is on its way wait in a queue and are sent together, in their order, with the lines that came back.
 * Where they ended a document, the next one stands in the answer; codes behind the end (`Scan-Left`) go on
 * there, and nothing typed meanwhile is lost, because the page stays.
 */

interface Detector {
  detect(source: HTMLVideoElement): Promise<{ rawValue: string }[]>;
}
type DetectorClass = new (options?: { formats: string[] }) => Detector;

/** Codes of one request: `MOST_AT_ONCE` of the page. */
const MOST_AT_ONCE = 50;
const FORMATS = ["qr_code", "code_128", "ean_13", "ean_8", "upc_a", "data_matrix", "itf", "code_39"];

export function start(form: HTMLElement): void {
  const input = form.querySelector<HTMLInputElement>("#scan-input");
  if (!input || !(form instanceof HTMLFormElement)) return;
  const sent = document.createElement("input");
  sent.type = "hidden";
  sent.name = "scan";
  input.removeAttribute("name");
  form.append(sent);
  const waiting: string[] = [];
  let underWay: string[] = [];
  let busy = false;

  function pump(): void {
    if (busy || waiting.length === 0) return;
    underWay = waiting.splice(0, MOST_AT_ONCE);
    sent.value = underWay.join("\n");
    busy = true;
    form.querySelector<HTMLButtonElement>("button[value=scan]")?.click();
  }

  function take(code: string): void {
    if (code.trim()) waiting.push(code.trim());
    pump();
  }

  input.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.isComposing) return;
    event.preventDefault();
    take(input.value);
    input.value = "";
  });
  form.querySelector("button[value=scan]")?.addEventListener("click", (event) => {
    if (busy && underWay.length > 0 && sent.value) return;
    event.preventDefault();
    take(input.value);
    input.value = "";
  });
  form.addEventListener("htmx:beforeRequest", () => (busy = true));
  form.addEventListener("htmx:afterRequest", (event) => {
    const { successful, xhr } = (event as CustomEvent<{ successful: boolean; xhr: XMLHttpRequest }>).detail;
    // Another page comes: there is nothing more to scan here.
    if (successful && xhr.getResponseHeader("HX-Redirect")) return;
    busy = false;
    sent.value = "";
    // What did not arrive is tried again with the next code.
    const left = successful ? Number(xhr.getResponseHeader("Scan-Left") ?? 0) : underWay.length;
    waiting.unshift(...underWay.slice(Math.max(underWay.length - left, 0)));
    underWay = [];
    if (form.querySelector("[data-wrong]")) buzz();
    if (!document.activeElement?.closest(".scan-line, .more-facts, select")) input.focus({ preventScroll: true });
    if (successful) pump();
  });
  form.addEventListener("keydown", (event) => {
    // Enter in a line's field only keeps what was typed there.
    const field = event.target;
    if (event.key !== "Enter" || field === input || !(field instanceof HTMLInputElement)) return;
    event.preventDefault();
    input.focus();
  });
  document.addEventListener("keydown", (event) => {
    // A scanner types wherever the page has the focus; the key goes on into the field.
    if (document.activeElement === document.body && event.key.length === 1 && !event.ctrlKey && !event.metaKey)
      input.focus({ preventScroll: true });
  });
  input.focus({ preventScroll: true });
  watchCamera(form, take);
  form.dataset["ready"] = "";
  pump();
}

/** A short low tone for a code that was not taken, where the browser lets a page make one. */
function buzz(): void {
  navigator.vibrate?.(200);
  try {
    const sound = new AudioContext();
    const tone = sound.createOscillator();
    tone.frequency.value = 180;
    tone.connect(sound.destination);
    tone.start();
    tone.stop(sound.currentTime + 0.25);
  } catch {
    // Without sound the red sentence has to do.
  }
}

function watchCamera(form: HTMLElement, take: (code: string) => void): void {
  const button = form.querySelector<HTMLButtonElement>("[data-camera]");
  const view = form.querySelector<HTMLVideoElement>("[data-view]");
  const found = (window as unknown as { BarcodeDetector?: DetectorClass }).BarcodeDetector;
  if (!button || !view || !found || !navigator.mediaDevices) return;
  const detector = new found({ formats: FORMATS });
  let stream: MediaStream | null = null;
  let last = "";
  button.hidden = false;

  function stop(): void {
    for (const track of stream?.getTracks() ?? []) track.stop();
    stream = null;
    view!.hidden = true;
  }

  async function look(): Promise<void> {
    if (!stream) return;
    const seen = (await detector.detect(view!).catch(() => []))[0]?.rawValue ?? "";
    // The same code counts again only after the camera has seen something else.
    if (seen && seen !== last) take(seen);
    last = seen;
    setTimeout(() => void look(), 300);
  }

  button.addEventListener("click", async () => {
    if (stream) return stop();
    try {
      stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
    } catch {
      showToast({ kind: "danger", text: word("failed") });
      return;
    }
    view.srcObject = stream;
    view.hidden = false;
    await view.play();
    void look();
  });
}
