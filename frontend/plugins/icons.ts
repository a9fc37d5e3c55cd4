import { readFileSync } from "node:fs";
import type { Plugin } from "vite";

/** Path of one Tabler icon; a name ending in `-filled` is taken from the filled set. */
function source(root: string, name: string): string {
  const filled = name.endsWith("-filled");
  const file = filled ? `filled/${name.slice(0, -"-filled".length)}` : `outline/${name}`;
  return readFileSync(`${root}/node_modules/@tabler/icons/icons/${file}.svg`, "utf8");
}

function symbol(root: string, name: string): string {
  const drawing = source(root, name)
    .replace(/<!--[\s\S]*?-->/g, "")
    .replace(/^[\s\S]*?<svg[^>]*>/, "")
    .replace("</svg>", "")
    .replace(/<path stroke="none" d="M0 0h24v24H0z" fill="none" \/>/, "")
    .replace(/\s*\n\s*/g, "")
    .replace(/ \/>/g, "/>");
  const paint = name.endsWith("-filled") ? ' fill="currentColor" stroke="none"' : "";
  return `<symbol id="${name}" viewBox="0 0 24 24"${paint}>${drawing}</symbol>`;
}

/** One SVG sprite of the icons listed in src/icons.txt, with a hashed name in the manifest under `icons.svg`. */
export function iconSprite(root: string): Plugin {
  const list = `${root}/src/icons.txt`;
  return {
    name: "houqin-icon-sprite",
    buildStart() {
      this.addWatchFile(list);
      const names = readFileSync(list, "utf8").split("\n").map((line) => line.trim()).filter(Boolean);
      const symbols = [...new Set(names)].sort().map((name) => symbol(root, name));
      this.emitFile({
        type: "asset",
        name: "icons.svg",
        originalFileName: "icons.svg",
        source: `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join("")}</svg>`,
      });
    },
  };
}
