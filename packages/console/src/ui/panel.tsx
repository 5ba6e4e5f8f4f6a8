/** A part of a screen, with a heading of its own. */
import { type ReactNode, useId } from "react";

interface PanelProps {
  title: string;
  note?: ReactNode;
  actions?: ReactNode;
  /** Without padding: for tables. */
  isFlush?: boolean;
  children: ReactNode;
}

export function Panel({ title, note, actions, isFlush = false, children }: PanelProps) {
  const id = useId();
  return (
    <section className={`panel ${isFlush ? "is-flush" : ""}`} aria-labelledby={id}>
      <header className="panel-head">
        <h2 id={id}>{title}</h2>
        {note && <span className="quiet">{note}</span>}
        {actions && <div className="panel-actions">{actions}</div>}
      </header>
      <div className="panel-body">{children}</div>
    </section>
  );
}
