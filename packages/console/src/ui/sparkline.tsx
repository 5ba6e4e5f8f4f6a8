/** The shape of a series, small enough for a row. The label says in words what it shows. */
import "./sparkline.css";

type Values = readonly (number | null)[];

interface SparklineProps {
  /** In order; null: nobody knows, and nothing is drawn. */
  values: Values;
  /** How much of each went wrong: then each is a bar, and this is the foot of it. */
  bad?: Values;
  label: string;
  tone?: "accent" | "bad" | "quiet";
}

const WIDTH = 120;
const HEIGHT = 28;
const EDGE = 2;

export function Sparkline({ values, bad, label, tone = "accent" }: SparklineProps) {
  const most = Math.max(1, ...values.map((value) => value ?? 0));
  const heightOf = (value: number) => (value / most) * (HEIGHT - 2 * EDGE);
  return (
    <svg
      className={`sparkline is-${tone}`}
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      role="img"
      aria-label={label}
      preserveAspectRatio="none"
    >
      <title>{label}</title>
      {bad
        ? (
          <>
            <line x1="0" x2={WIDTH} y1={HEIGHT - 0.5} y2={HEIGHT - 0.5} vectorEffect="non-scaling-stroke" />
            <path className="bars" d={barsOf(values, heightOf)} />
            <path className="bars is-bad" d={barsOf(bad, heightOf)} />
          </>
        )
        : stretchesOf(values, heightOf).map((points) => (
          <polyline key={points} points={points} fill="none" vectorEffect="non-scaling-stroke" />
        ))}
    </svg>
  );
}

/** A bar for each that is more than none. */
function barsOf(values: Values, heightOf: (value: number) => number): string {
  const step = WIDTH / Math.max(1, values.length);
  return values.map((value, at) => {
    if (!value) return "";
    // One among thousands is seen, too.
    const height = Math.max(1.5, heightOf(value)).toFixed(1);
    return `M${(at * step).toFixed(1)} ${HEIGHT}v-${height}h${(step * 0.8).toFixed(2)}v${height}z`;
  }).join("");
}

/** The stretches that are known, each as the points of a line. */
function stretchesOf(values: Values, heightOf: (value: number) => number): string[] {
  const step = WIDTH / Math.max(1, values.length - 1);
  const stretches: string[][] = [[]];
  values.forEach((value, at) => {
    if (value === null) return void stretches.push([]);
    stretches.at(-1)!.push(`${(at * step).toFixed(1)},${(HEIGHT - EDGE - heightOf(value)).toFixed(1)}`);
  });
  return stretches.filter((points) => points.length > 0).map((points) => points.join(" "));
}
