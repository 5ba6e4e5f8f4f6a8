/** Series over time. What draws them is as large as a screen, and comes after the figures around it. */
import { lazy, Suspense } from "react";
import type { TimeChartProps } from "./drawn_chart.tsx";

export type { ChartSeries } from "./drawn_chart.tsx";

const DrawnChart = lazy(() =>
  import("./drawn_chart.tsx").then(({ DrawnChart }) => ({ default: DrawnChart }))
);

export function TimeChart(props: TimeChartProps) {
  const { height = 180 } = props;
  return (
    <Suspense fallback={<div className="chart" style={{ minHeight: height }} />}>
      <DrawnChart {...props} />
    </Suspense>
  );
}
