import { readFileSync } from "node:fs";
import type { Plugin } from "vite";

/** The font that PDF papers carry, beside its licence, under names that do not change. */
export function paperFont(root: string): Plugin {
  const home = `${root}/node_modules/@expo-google-fonts/noto-sans-sc`;
  const copies = {
    "fonts/NotoSansSC-Regular.ttf": `${home}/400Regular/NotoSansSC_400Regular.ttf`,
    "fonts/OFL.txt": `${home}/LICENSE_FONT`,
  };
  return {
    name: "houqin-paper-font",
    buildStart() {
      for (const [fileName, file] of Object.entries(copies)) {
        this.emitFile({ type: "asset", fileName, source: readFileSync(file) });
      }
    },
  };
}
