/** A small table of all that there is: for lists of a few rows. Scrolls within itself where it is too wide. */
import type { ReactNode } from "react";

interface PlainTableProps {
  label: string;
  heads: readonly string[];
  rows: readonly { key: string; cells: readonly ReactNode[] }[];
}

export function PlainTable({ label, heads, rows }: PlainTableProps) {
  return (
    <div className="scrolls" tabIndex={0} role="group" aria-label={label}>
      <table className="plain-table">
        <thead>
          <tr>{heads.map((head) => <th key={head} scope="col">{head}</th>)}</tr>
        </thead>
        <tbody>
          {rows.map(({ key, cells }) => <tr key={key}>{cells.map((cell, at) => <td key={at}>{cell}</td>)}
          </tr>)}
        </tbody>
      </table>
    </div>
  );
}
