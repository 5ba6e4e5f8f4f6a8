/** For property tests: JSON as it is written, not as JavaScript reads it. */

/** JSON with the freedom that JavaScript's values lack: numbers of any length, and a key more than once. */
export type Tree = { text: string } | { items: Tree[] } | { entries: [string, Tree][] };

/** The tree of a value that `exactly` has read, or of any other. */
export function treeOf(value: unknown): Tree {
  if (value instanceof Digits) return { text: value.text };
  if (Array.isArray(value)) return { items: value.map(treeOf) };
  if (value && typeof value === "object") {
    return { entries: Object.entries(value).map(([key, inner]) => [key, treeOf(inner)]) };
  }
  return { text: JSON.stringify(value) ?? "null" };
}

/** A number as it was written. */
export class Digits {
  constructor(readonly text: string) {}
}

/** Parses JSON, its numbers as Digits; undefined for what is not JSON. */
export function exactly(text: string): unknown {
  type Reviver = (key: string, value: unknown, context: { source?: string }) => unknown;
  const parse = JSON.parse as (text: string, reviver: Reviver) => unknown;
  try {
    return parse(
      text,
      (_key, value, { source }) => typeof value === "number" ? new Digits(source ?? "0") : value,
    );
  } catch {
    return undefined;
  }
}

/** A tree as text. */
export function write(tree: Tree): string {
  if ("text" in tree) return tree.text;
  if ("items" in tree) return `[${tree.items.map(write).join(",")}]`;
  return `{${tree.entries.map(([key, inner]) => `${JSON.stringify(key)}:${write(inner)}`).join(",")}}`;
}
