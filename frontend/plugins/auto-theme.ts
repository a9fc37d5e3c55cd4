import type { AtRule, Plugin, Rule } from "postcss";

const DARK = /\[data-bs-theme=["']?dark["']?\]/g;

/**
 * Repeats every rule for the dark theme for `data-bs-theme=auto`, under a media query:
 * a page that follows the system needs no script and never flashes.
 */
export function autoTheme(): Plugin {
  return {
    postcssPlugin: "houqin-auto-theme",
    OnceExit(root, { AtRule: Media }) {
      const dark: Rule[] = [];
      root.walkRules(DARK, (rule) => {
        dark.push(rule);
      });
      for (const rule of dark) {
        const copy = rule.clone({
          selectors: rule.selectors
            .filter((selector) => selector.match(DARK))
            .map((selector) => selector.replace(DARK, "[data-bs-theme=auto]")),
        });
        const media: AtRule = new Media({ name: "media", params: "(prefers-color-scheme: dark)" });
        media.append(copy);
        rule.after(media);
      }
    },
  };
}
