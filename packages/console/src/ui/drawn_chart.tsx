/**
 * Series over time, drawn by uPlot (`time_chart.tsx` brings it when it is needed). Its figures stand beside it as a table for
 * who cannot see a drawing.
 */
import { useEffect, useMemo, useRef } from "react";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import { useLanguage, useTheme } from "@esteira/preferences";
import { commonTexts } from "../texts/common.ts";
import { fullMomentIn } from "../texts/format.ts";
import { useTexts } from "../texts/use_texts.ts";

export interface ChartSeries {
  readonly label: string;
  /** null: nothing was measured then. */
  readonly values: readonly (number | null)[];
  readonly tone: "accent" | "good" | "warn" | "bad" | "quiet";
}

export interface TimeChartProps {
  /** ISO 8601, in order. */
  times: readonly string[];
  series: readonly ChartSeries[];
  /** What the chart shows, in a sentence. */
  label: string;
  height?: number;
  /** How a value is written. Left out: as a number. */
  format?: (value: number) => string;
}

export function DrawnChart({ times, series, label, height = 180, format }: TimeChartProps) {
  const place = useRef<HTMLDivElement>(null);
  const [language] = useLanguage();
  const [theme] = useTheme();
  const { when } = useTexts(commonTexts);
  const write = format ?? ((value: number) => new Intl.NumberFormat(language).format(value));
  const data = useMemo(
    () =>
      [
        times.map((at) => Date.parse(at) / 1000),
        ...series.map(({ values }) => [...values]),
      ] as uPlot.AlignedData,
    [times, series],
  );
  const names = series.map(({ label, tone }) => `${label}:${tone}`).join("|");

  const plot = useRef<uPlot>(null);
  useEffect(() => {
    const element = place.current;
    if (!element) return;
    const made = new uPlot(optionsOf(element, series, { when, height, language, write }), data, element);
    plot.current = made;
    const observer = new ResizeObserver(() => made.setSize({ width: element.clientWidth, height }));
    observer.observe(element);
    return () => {
      observer.disconnect();
      made.destroy();
    };
    // Made anew when its look changes; what it shows is set below.
  }, [names, height, language, theme]);
  useEffect(() => plot.current?.setData(data), [data]);

  return (
    <figure className="chart">
      <div ref={place} aria-hidden="true" />
      <table className="visually-hidden">
        <caption>{label}</caption>
        <thead>
          <tr>
            <td />
            {series.map(({ label }) => <th key={label}>{label}</th>)}
          </tr>
        </thead>
        <tbody>
          {times.map((at, row) => (
            <tr key={at}>
              <th>{fullMomentIn(language, at)}</th>
              {series.map(({ label, values }) => (
                <td key={label}>
                  {values[row] === null || values[row] === undefined ? "–" : write(values[row])}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </figure>
  );
}

function optionsOf(
  element: HTMLElement,
  series: readonly ChartSeries[],
  { when, height, language, write }: {
    when: string;
    height: number;
    language: string;
    write: (value: number) => string;
  },
): uPlot.Options {
  const { fontFamily } = getComputedStyle(element);
  const colour = (name: string) => colourIn(element, `var(--chart-${name})`);
  const axis = {
    stroke: colour("ink"),
    grid: { stroke: colour("grid"), width: 1 },
    ticks: { show: false },
    font: `12px ${fontFamily}`,
  };
  const moment = new Intl.DateTimeFormat(language, { dateStyle: "short", timeStyle: "short" });
  return {
    width: element.clientWidth,
    height,
    cursor: { points: { size: 6 }, y: false },
    legend: { show: true, live: true },
    scales: { y: { range: (_, least, most) => [Math.min(0, least ?? 0), Math.max(1, (most ?? 0) * 1.1)] } },
    axes: [
      { ...axis, space: 84, values: (_, ticks) => ticks.map((tick) => tickIn(language, tick, ticks)) },
      {
        ...axis,
        // As wide as what is written there.
        size: (_, written) => 20 + 7 * Math.max(4, ...(written ?? []).map(({ length }) => length)),
        values: (_, ticks) => ticks.map(write),
      },
    ],
    series: [
      { label: when, value: (_, at) => at === null ? "–" : moment.format(at * 1000) },
      ...series.map(({ label, tone }): uPlot.Series => ({
        label,
        stroke: colour(tone),
        width: 2,
        fill: `color-mix(in srgb, ${colour(tone)} 12%, transparent)`,
        points: { show: false },
        value: (_, value) => value === null || value === undefined ? "–" : write(value),
      })),
    ],
  };
}

/** A colour of the theme as a drawing takes it: what the style says is `light-dark(…)`, which is none yet. */
function colourIn(element: HTMLElement, value: string): string {
  // At once: where motion is reduced, every change takes a moment, and would begin with the colour before.
  element.style.setProperty("transition", "none", "important");
  element.style.color = value;
  const { color } = getComputedStyle(element);
  element.style.removeProperty("color");
  element.style.removeProperty("transition");
  return color;
}

/** A tick: the day where ticks are days apart, else the time of day. */
function tickIn(language: string, tick: number, ticks: readonly number[]): string {
  const [first = 0, second = first] = ticks;
  const isByDay = second - first >= 86_400;
  const style = isByDay
    ? { day: "2-digit", month: "2-digit" } as const
    : { hour: "2-digit", minute: "2-digit" } as const;
  return new Intl.DateTimeFormat(language, style).format(tick * 1000);
}
