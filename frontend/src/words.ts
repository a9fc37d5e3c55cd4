/** Words of the page's language, rendered by the server into `#hq-words`. */
export type Words = Record<string, string>;

let words: Words | undefined;

/** The sentence for `key`, with `{0}`, `{1}` … replaced by `parts`; the key itself when it is unknown. */
export function word(key: string, ...parts: (string | number)[]): string {
  words ??= JSON.parse(document.getElementById("hq-words")?.textContent ?? "{}") as Words;
  return (words[key] ?? key).replace(/\{(\d)\}/g, (_, index: string) => String(parts[Number(index)] ?? ""));
}
