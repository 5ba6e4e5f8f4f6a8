/** Names and what they have, those that have nothing left out. */
import type { ReactNode } from "react";

export type Fact = readonly [name: string, value: ReactNode];

export function FactList({ facts }: { facts: readonly Fact[] }) {
  const shown = facts.filter(([, value]) =>
    value !== null && value !== undefined && value !== false && value !== ""
  );
  return (
    <dl className="fact-list">
      {shown.map((
        [name, value],
      ) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
