/** The shape of a series, small enough for a row, and of a part of it that went wrong. The label says in words what it shows. */

import "./sparkline.css";

interface SparklineProps {
  /** In order; null: nobody knows, and nothing is drawn. */
  values: readonly (number | null)[];
  /** What of it went wrong, on the same scale. */
  bad?: readonly (number | null)[];
  label: string;
  tone?: "accent" | "bad" | "quiet";
}

const WIDTH = 120;
const HEIGHT = 28;
const EDGE = 2;

export function Sparkline({ values, bad, label, tone = "accent" }: SparklineProps) {
  const most = Math.max(1, ...values.map((value) => value ?? 0));
  const isBad = bad?.some((value) => value) ?? false;
  return (
    <svg
      className={`sparkline is-${tone}`}
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      role="img"
      aria-label={label}
      preserveAspectRatio="none"
    >
      <title>{label}</title>
      {stretchesOf(values, most).map((points) => <Stretch key={points} points={points} />)}
      {bad && isBad && (
        <g className="sparkline-bad">
          {stretchesOf(bad, most).map((points) => <Stretch key={points} points={points} />)}
        </g>
      )}
    </svg>
  );
}

function Stretch({ points }: { points: string }) {
  const [first = "0"] = points.split(",");
  const last = points.slice(points.lastIndexOf(" ") + 1).split(",")[0];
  return (
    <>
      <polygon points={`${first},${HEIGHT} ${points} ${last},${HEIGHT}`} />
      <polyline points={points} fill="none" vectorEffect="non-scaling-stroke" />
    </>
  );
}

/** The stretches that are known, each as the points of a line. */
function stretchesOf(values: readonly (number | null)[], most: number): string[] {
  const step = WIDTH / Math.max(1, values.length - 1);
  const stretches: string[][] = [[]];
  values.forEach((value, at) => {
    if (value === null) return void stretches.push([]);
    const y = HEIGHT - EDGE - (value / most) * (HEIGHT - 2 * EDGE);
    stretches.at(-1)!.push(`${(at * step).toFixed(1)},${y.toFixed(1)}`);
  });
  return stretches.filter((points) => points.length > 0).map((points) => points.join(" "));
}
