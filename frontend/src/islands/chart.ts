import { BarChart, LineChart } from "echarts/charts";
import { GridComponent, LegendComponent, TooltipComponent } from "echarts/components";
import * as echarts from "echarts/core";
import { SVGRenderer } from "echarts/renderers";

echarts.use([BarChart, GridComponent, LegendComponent, LineChart, SVGRenderer, TooltipComponent]);

/** What `<c-chart>` writes into its JSON block. `links` of a series are the lists behind its numbers. */
export interface ChartData {
  categories: string[];
  series: Series[];
  unit?: string;
  min?: number;
  max?: number;
}
interface Series {
  name: string;
  values: (number | null)[];
  kind?: "bar" | "line" | "area";
  /** Bars of one stack stand on one another. */
  stack?: string;
  look?: Look;
  links?: string[];
}
type Look = "brand" | "hollow" | "target" | "forecast" | "warn" | "danger" | "info" | "ok" | "idle" | "plum" | "rose";

function colour(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(`--hq-${name}`).trim();
}

function paint(look: Look): { color: string; borderColor?: string; dash?: "dashed" | "dotted" } {
  if (look === "hollow") return { color: colour("line-2"), borderColor: colour("ink-3") };
  if (look === "target") return { color: colour("ink-3"), dash: "dotted" };
  if (look === "forecast") return { color: colour("brand"), dash: "dashed" };
  return { color: colour(look) };
}

function series(data: ChartData): object[] {
  return data.series.map(({ name, values, kind = "bar", look = "brand", stack }) => {
    const { color, borderColor, dash } = paint(look);
    if (kind === "bar") {
      const itemStyle = { color, borderColor, borderRadius: stack ? 0 : 2 };
      return { name, type: "bar", stack, data: values, itemStyle, barMaxWidth: stack ? 28 : 14 };
    }
    return {
      name,
      type: "line",
      data: values,
      symbol: values.length > 40 || look === "target" ? "none" : "circle",
      symbolSize: 5,
      itemStyle: { color },
      lineStyle: { color, width: look === "target" ? 1.5 : 2, type: dash ?? "solid" },
      areaStyle: kind === "area" ? { color: colour("brand-bg"), opacity: 1 } : undefined,
    };
  });
}

function option(data: ChartData, still: boolean): echarts.EChartsCoreOption {
  const top = (data.series.length > 1 ? 36 : 24) + (data.series.length > 1 && data.unit ? 20 : 0);
  const text = { color: colour("ink-3"), fontSize: 12, fontFamily: colour("font") };
  return {
    animation: !still,
    animationDuration: 200,
    textStyle: text,
    grid: { left: 8, right: 12, top, bottom: 4, containLabel: true },
    legend: { show: data.series.length > 1, left: 0, top: 0, itemWidth: 10, itemHeight: 8, textStyle: text },
    tooltip: {
      trigger: "axis",
      confine: true,
      backgroundColor: colour("surface"),
      borderColor: colour("line"),
      textStyle: { color: colour("ink"), fontSize: 13 },
    },
    xAxis: {
      type: "category",
      data: data.categories,
      axisLine: { lineStyle: { color: colour("line-2") } },
      axisTick: { show: false },
      axisLabel: text,
    },
    yAxis: {
      type: "value",
      min: data.min,
      max: data.max,
      name: data.unit,
      nameTextStyle: { ...text, align: "left" },
      axisLabel: text,
      splitLine: { lineStyle: { color: colour("line") } },
    },
    series: series(data),
  };
}

export function start(element: HTMLElement): void {
  const block = element.querySelector("script[type='application/json']");
  const canvas = element.querySelector<HTMLElement>(".chart");
  if (!block?.textContent || !canvas) return;
  const data = JSON.parse(block.textContent) as ChartData;
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches || navigator.webdriver;
  const chart = echarts.init(canvas, undefined, { renderer: "svg" });
  const draw = (): void => chart.setOption(option(data, still), true);
  draw();
  new ResizeObserver(() => chart.resize()).observe(canvas);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);
  chart.on("click", ({ seriesIndex, dataIndex }) => {
    const link = data.series[seriesIndex ?? 0]?.links?.[dataIndex];
    if (link) window.location.assign(link);
  });
}
