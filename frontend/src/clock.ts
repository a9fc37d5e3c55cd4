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

/** How long is left, to the second; minutes alone from an hour on. The server's `countdown` says the same. */
export function countdown(seconds: number): string {
  if (seconds <= 0) return word("time_up");
  const minutes = Math.floor(seconds / 60);
  if (minutes >= 60) return word("left", span(minutes));
  return minutes ? word("left_minutes", minutes, seconds % 60) : word("left_seconds", seconds);
}

function count(one: HTMLTimeElement, now: number): void {
  const until = Date.parse(one.dateTime);
  const label = one.querySelector("span");
  if (Number.isNaN(until) || !label) return;
  const said = countdown(Math.floor((until - now) / 1000));
  if (label.textContent !== said) label.textContent = said;
}

export function keepClocks(): void {
  const all = (): void => {
    const now = Date.now();
    document.querySelectorAll<HTMLTimeElement>("time.ck[data-soon]").forEach((chip) => refresh(chip, now));
  };
  const counts = (): void => {
    const now = Date.now();
    document.querySelectorAll<HTMLTimeElement>("time[data-counts]").forEach((one) => count(one, now));
  };
  setInterval(all, 20_000);
  setInterval(counts, 1000);
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) return;
    all();
    counts();
  });
}
