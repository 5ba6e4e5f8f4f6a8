/** The shape of a series, small enough for a row. The label says in words what it shows. */

interface SparklineProps {
  values: readonly number[];
  label: string;
  tone?: "accent" | "bad" | "quiet";
}

const WIDTH = 120;
const HEIGHT = 28;

export function Sparkline({ values, label, tone = "accent" }: SparklineProps) {
  const most = Math.max(1, ...values);
  const step = WIDTH / Math.max(1, values.length - 1);
  const points = values.map((value, at) =>
    `${(at * step).toFixed(1)},${(HEIGHT - 2 - (value / most) * (HEIGHT - 4)).toFixed(1)}`
  );
  return (
    <svg
      className={`sparkline is-${tone}`}
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      role="img"
      aria-label={label}
      preserveAspectRatio="none"
    >
      <polyline points={points.join(" ")} fill="none" vectorEffect="non-scaling-stroke" />
    </svg>
  );
}
