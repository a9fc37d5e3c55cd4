import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";
import { autoTheme } from "./plugins/auto-theme.ts";
import { iconSprite } from "./plugins/icons.ts";
import { paperFont } from "./plugins/paper-font.ts";
import { tablerPrefix } from "./plugins/tabler-prefix.ts";

const root = fileURLToPath(new URL(".", import.meta.url)).replace(/\/$/, "");

export default defineConfig({
  root,
  base: "/static/houqin/",
  plugins: [iconSprite(root), paperFont(root)],
  css: {
    postcss: { plugins: [tablerPrefix(), autoTheme()] },
    preprocessorOptions: {
      scss: { loadPaths: [`${root}/node_modules/@tabler/core/scss`], quietDeps: true },
    },
  },
  build: {
    outDir: "../src/houqin/web/static/houqin",
    emptyOutDir: true,
    manifest: "manifest.json",
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: true,
    chunkSizeWarningLimit: 700,
    rollupOptions: {
      input: { main: "src/main.ts" },
      // htmx holds one eval behind allowEval, which main.ts switches off.
      checks: { eval: false, pluginTimings: false },
    },
  },
});
