import { iconAddress } from "./icons";
import { word } from "./words";

/** Keeps `<time class="ck" datetime data-soon>` true while a page stays open. */

const ICONS = { run: "clock", soon: "clock-exclamation", over: "alarm" };
const FAR = 240;

/** Minutes as people say them: 12 min, 2 h 10 min, 3 days. The server's `span` in clock.py says the same. */
export function span(minutes: number): string {
  if (minutes < 60) return word("minutes", minutes);
  if (minutes >= 2880) return word("days", Math.floor(minutes / 1440));
  const rest = minutes % 60;
  const hours = Math.floor(minutes / 60);
  return rest ? word("hours_minutes", hours, rest) : word("hours", hours);
}

export function kindOf(now: number, due: number, soon: number): keyof typeof ICONS {
  if (now > due) return "over";
  return now >= soon ? "soon" : "run";
}

function refresh(chip: HTMLTimeElement, now: number): void {
  const due = Date.parse(chip.dateTime);
  const soon = Date.parse(chip.dataset["soon"] ?? "") || due;
  if (Number.isNaN(due)) return;
  const kind = kindOf(now, due, soon);
  const minutes = kind === "over" ? Math.floor((now - due) / 60000) : Math.ceil((due - now) / 60000);
  if (kind !== "over" && minutes > FAR) return;
  chip.classList.remove("run", "soon", "over");
  chip.classList.add(kind);
  chip.querySelector("use")?.setAttribute("href", iconAddress(ICONS[kind]));
  const label = chip.querySelector("span");
  if (label) label.textContent = word(kind === "over" ? "over" : "left", span(minutes));
}

export function keepClocks(): void {
  const all = (): void => {
    const now = Date.now();
    document.querySelectorAll<HTMLTimeElement>("time.ck[data-soon]").forEach((chip) => refresh(chip, now));
  };
  setInterval(all, 20_000);
  document.addEventListener("visibilitychange", () => document.hidden || all());
}
