/** `data-island="chart"` loads islands/chart.ts when such an element is on the page, and only then. */

export interface Island {
  start(element: HTMLElement): void | Promise<void>;
}

const loaders = import.meta.glob<Island>("./islands/*.ts");

export function startIslands(within: ParentNode): void {
  for (const element of within.querySelectorAll<HTMLElement>("[data-island]:not([data-started])")) {
    const load = loaders[`./islands/${element.dataset["island"]}.ts`];
    element.dataset["started"] = "";
    load?.().then((island) => island.start(element));
  }
}
