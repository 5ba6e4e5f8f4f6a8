/** How two catalogs differ. Pure: it knows nothing of databases. */
import type { Catalog, Properties } from "./catalog.ts";

/** One object that is not the same on both sides. */
export type Difference =
  | { object: string; is: "only here" | "only there" }
  | { object: string; is: "different"; properties: { name: string; here: unknown; there: unknown }[] };

/** Compares two catalogs. Objects in the order of `here`, then those that only `there` has. */
export function differences(here: Catalog, there: Catalog): Difference[] {
  const found: Difference[] = [];
  for (const [object, properties] of here) {
    const others = there.get(object);
    if (!others) found.push({ object, is: "only here" });
    else {
      const changed = differing(properties, others);
      if (changed.length > 0) found.push({ object, is: "different", properties: changed });
    }
  }
  for (const object of there.keys()) if (!here.has(object)) found.push({ object, is: "only there" });
  return found;
}

function differing(here: Properties, there: Properties) {
  const names = new Set([...Object.keys(here), ...Object.keys(there)]);
  return [...names]
    .filter((name) => canonical(here[name]) !== canonical(there[name]))
    .map((name) => ({ name, here: here[name], there: there[name] }));
}

/** JSON whose objects have their keys in order. */
function canonical(value: unknown): string {
  return JSON.stringify(
    value,
    (_, inner) =>
      inner !== null && typeof inner === "object" && !Array.isArray(inner)
        ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => a < b ? -1 : 1))
        : inner,
  ) ?? "undefined";
}

/** What the two sides are called, such as "schemas" and "migrations". */
export interface Sides {
  here: string;
  there: string;
}

/** A line for each difference and, where properties differ, two more for each of those: what it is on either side. */
export function describeDifferences(found: readonly Difference[], { here, there }: Sides): string {
  return found.map((difference) => {
    const { object, is } = difference;
    if (is !== "different") return `${object}: only in ${is === "only here" ? here : there}`;
    const lines = difference.properties.flatMap((property) => [
      `  ${property.name} in ${here}: ${shown(property.here)}`,
      `  ${property.name} in ${there}: ${shown(property.there)}`,
    ]);
    return [`${object}: different`, ...lines].join("\n");
  }).join("\n");
}

function shown(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value) ?? "nothing";
}
