/** One figure and what it is. */
import type { ReactNode } from "react";
import type { Tone } from "./tag.tsx";

interface StatProps {
  label: string;
  value: ReactNode;
  note?: ReactNode;
  tone?: Tone;
}

export function Stat({ label, value, note, tone = "plain" }: StatProps) {
  return (
    <div className={`stat is-${tone}`}>
      <span className="stat-label">{label}</span>
      <span className="stat-value">{value}</span>
      {note && <span className="stat-note">{note}</span>}
    </div>
  );
}

/** Figures side by side. */
export function Stats({ children }: { children: ReactNode }) {
  return <div className="stats">{children}</div>;
}
