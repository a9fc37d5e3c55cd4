/** `data-ends="name" data-minutes="60"`: choosing a beginning fills in the end, until somebody chooses one. */

function written(at: Date): string {
  const two = (part: number): string => String(part).padStart(2, "0");
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}T${two(at.getHours())}:${two(at.getMinutes())}`;
}

function fillEnd(start: HTMLInputElement): void {
  const end = start.form?.elements.namedItem(start.dataset["ends"] ?? "");
  if (!(end instanceof HTMLInputElement) || !start.value) return;
  const chosen = end.value !== "" && end.value !== end.dataset["filled"] && end.value > start.value;
  if (chosen) return;
  end.value = written(new Date(new Date(start.value).getTime() + Number(start.dataset["minutes"]) * 60_000));
  end.dataset["filled"] = end.value;
}

export function watchAppointments(): void {
  document.addEventListener("change", (event) => {
    if (event.target instanceof HTMLInputElement && event.target.dataset["ends"]) fillEnd(event.target);
  });
}
