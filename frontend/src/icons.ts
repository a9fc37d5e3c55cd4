/** An icon of the sprite; the address of the sprite is on `<html data-icons>`. */
export function icon(name: string): SVGSVGElement {
  const space = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(space, "svg");
  svg.setAttribute("class", "ti");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS(space, "use");
  use.setAttribute("href", iconAddress(name));
  svg.append(use);
  return svg;
}

export function iconAddress(name: string): string {
  return `${document.documentElement.dataset["icons"] ?? ""}#${name}`;
}
