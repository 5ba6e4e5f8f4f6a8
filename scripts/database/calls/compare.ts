/** Whether what a schema gives now is as good as what was given before. Pure. */
import type { Given } from "./release.ts";
import type { Found } from "./schema.ts";

/** What is missing for those who rely on `before`; none when a newer schema serves them as well. */
export function shortcomings(before: Given, now: Found): string[] {
  if ("problem" in now) return [now.problem];
  const { given } = now;
  const what = `${before.schema}.${before.name}`;
  if (before.kind === "table") {
    return given.kind === "table" ? missing(what, "column", before.columnTypes, given.columnTypes) : [];
  }
  if (given.kind !== "function") return [];
  return [
    ...missing(what, "argument", before.argumentTypes, given.argumentTypes),
    ...missing(what, "result", before.result, given.result),
    ...before.returnsSet === given.returnsSet
      ? []
      : [`${what}: returns ${given.returnsSet ? "many rows, not one" : "one row, not many"}`],
  ];
}

function missing(
  what: string,
  word: string,
  before: Readonly<Record<string, string>>,
  now: Readonly<Record<string, string>>,
): string[] {
  return Object.entries(before).flatMap(([name, type]) => {
    const title = name === "" ? word : `${word} ${name}`;
    if (now[name] === undefined) return [`${what}: the ${title} is gone`];
    return now[name] === type ? [] : [`${what}: the ${title} was ${type} and is ${now[name]}`];
  });
}
