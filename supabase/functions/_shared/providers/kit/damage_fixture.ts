/** For property tests: what can happen to a webhook body. */
import fc from "fast-check";
import { exactly, type Tree, treeOf, write } from "./exact_json_fixture.ts";

/** What damages a body. */
export type Damage = (body: string) => string;
/** A place in a text or a tree: 0 its beginning, towards 1 its end. */
export const place = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
/** `text` with `more` in the place of `less` of its characters. */
export const splice = (text: string, at: number, less: number, more: string) =>
  text.slice(0, Math.floor(at * text.length)) + more + text.slice(Math.floor(at * text.length) + less);

const scraps = fc.oneof(
  fc.string({ maxLength: 3, unit: fc.constantFrom(...'{}[]",:\\0123456789.-eE tnrfals') }),
  fc.string({ maxLength: 4, unit: "binary" }),
  fc.constantFrom(
    "\0",
    "\ufeff",
    "\ud800",
    "\\ud800",
    "\\u0000",
    "1".repeat(400),
    "1e999",
    "NaN",
    "null",
    "//",
  ),
);

/** Damage to the text. */
export const inText: fc.Arbitrary<Damage> = fc.oneof(
  place.map((at): Damage => (body) => body.slice(0, Math.floor(at * body.length))),
  fc.tuple(place, fc.nat(3), scraps).map(([at, less, more]): Damage => (body) =>
    splice(body, at, less, more)
  ),
  fc.constantFrom<Damage>(
    (body) => body + body,
    (body) => ` \n\t${body}\r\n`,
    (body) => JSON.stringify(body),
    (body) => `[${body}]`,
    (body) => "[".repeat(2_000) + body,
    (body) => `${'{"data":'.repeat(200)}${body}${"}".repeat(200)}`,
    () => "",
  ),
);

/** Puts what `change` makes of it in the place of the `at`-th part of the tree. */
function changePart(tree: Tree, at: number, change: (part: Tree) => Tree): Tree {
  let left = Math.floor(at * countParts(tree));
  const visit = (part: Tree): Tree => {
    if (left-- === 0) return change(part);
    if ("items" in part) return { items: part.items.map(visit) };
    if ("entries" in part) return { entries: part.entries.map(([key, inner]) => [key, visit(inner)]) };
    return part;
  };
  return visit(tree);
}

function countParts(tree: Tree): number {
  const inner = "items" in tree ? tree.items : "entries" in tree ? tree.entries.map(([, part]) => part) : [];
  return inner.reduce((sum, part) => sum + countParts(part), 1);
}

const oddKeys = [
  "__proto__",
  "constructor",
  "prototype",
  "toString",
  "hasOwnProperty",
  "length",
  "",
  "data",
  "status",
];
const values: fc.Arbitrary<Tree> = fc.oneof(
  fc.constantFrom(
    ...[
      "null",
      "true",
      "false",
      "0",
      "-0",
      "-1",
      "0.5",
      "1e308",
      "1e999",
      "[]",
      "{}",
      '""',
      '" "',
      "[[]]",
      "[null]",
    ],
    ...['"__proto__"', '"\\u0000"', '"\\ud83d"', '"🙂\u202e"', '{"__proto__":{"status":"succeeded"}}'],
    ...["9007199254740993", "-9223372036854775809", "7".repeat(400), `"${"x".repeat(5000)}"`],
  ).map((text) => ({ text })),
  fc.jsonValue({ maxDepth: 3 }).map(treeOf),
  fc.string({ unit: "binary", maxLength: 20 }).map(treeOf),
);

const changes: fc.Arbitrary<(part: Tree) => Tree> = fc.oneof(
  values.map((value) => () => value),
  fc.constantFrom<(part: Tree) => Tree>(
    (part) => ({ items: [part] }),
    (part) => ({ items: [part, part] }),
    (part) => ({ entries: [["data", part]] }),
    (part) => ({ text: JSON.stringify(write(part)) }), // JSON in a string
    (part) => ({ text: write(part).replace(/^"([\s\S]*)"$/, "$1") || "0" }), // a string without its quotes
    (part) => "entries" in part ? { items: part.entries.map(([, inner]) => inner) } : part,
    (part) => "entries" in part ? { entries: part.entries.slice(1) } : { entries: [] },
    (part) => "entries" in part ? { entries: [...part.entries, ...part.entries] } : part,
  ),
  // Another key, or one that is there already: the last of its name counts in JavaScript, not everywhere.
  fc.tuple(fc.constantFrom(...oddKeys), values).map(([key, value]) => (part: Tree) =>
    "entries" in part ? { entries: [...part.entries, [key, value] as [string, Tree]] } : value
  ),
  fc.tuple(place, values).map(([at, value]) => (part: Tree) => {
    if (!("entries" in part)) return value;
    const key = part.entries[Math.floor(at * part.entries.length)]?.[0] ?? "id";
    return { entries: [...part.entries, [key, value] as [string, Tree]] };
  }),
);

/** Damage to the tree; to the text, where it is not JSON. */
export const inTree: fc.Arbitrary<Damage> = fc.tuple(place, changes).map(([at, change]) => (body) => {
  const value = exactly(body);
  if (value === undefined) return splice(body, at, 1, "");
  return write(changePart(treeOf(value), at, change));
});
