/** Which columns a reader has chosen to see of a list, kept on this device. */
import { useState } from "react";

type Shown = Record<string, boolean>;

export function useShownColumns(
  name: string | undefined,
  columns: readonly { id: string; isHiddenByDefault?: boolean }[],
): [Shown, (shown: Shown) => void] {
  const key = `esteira.console.columns.${name}`;
  const [chosen, setChosen] = useState<Shown>(() => name ? read(key) : {});
  const shown = Object.fromEntries(
    columns.map(({ id, isHiddenByDefault }) => [id, chosen[id] ?? !isHiddenByDefault]),
  );
  const change = (next: Shown) => {
    setChosen(next);
    if (name) localStorage.setItem(key, JSON.stringify(next));
  };
  return [shown, change];
}

function read(key: string): Shown {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(key) ?? "{}");
    if (typeof kept !== "object" || kept === null) return {};
    return Object.fromEntries(Object.entries(kept).filter(([, is]) => typeof is === "boolean"));
  } catch {
    return {};
  }
}
