import type { Plugin } from "postcss";

const NAME = /(?<![\w-])--(?=[a-z])/g;

/** Tabler's sources name their custom properties without a prefix; give them the public `--tblr-` names. */
export function tablerPrefix(): Plugin {
  return {
    postcssPlugin: "houqin-tabler-prefix",
    Once(root) {
      if (!root.source?.input.file?.endsWith("tabler.scss")) return;
      root.walkDecls((declaration) => {
        declaration.prop = declaration.prop.replace(NAME, "--tblr-");
        declaration.value = declaration.value.replace(NAME, "--tblr-");
      });
    },
  };
}
