/**
 * For property tests of every provider's `parse` and `verify`: webhook bodies as they come, and as they should not.
 * A provider gives its real bodies as templates; this makes thousands of them, whole and damaged.
 */
import assert from "node:assert/strict";
import fc from "fast-check";
import type { Delivery, Verdict, WebhookEvent } from "../provider.ts";

/** How many bodies each property is tried with. */
export const RUNS = 10_000;

/** A real body about the task `id`, as a value or, where it holds JSON in strings or bytes of its own, as text. */
export type Template = (id: string) => unknown;

/** Ids of 16 to 20 digits: more than a JavaScript number keeps. */
export const longIds: fc.Arbitrary<string> = fc.tuple(
  fc.integer({ min: 1, max: 9 }),
  fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 15, maxLength: 19 }),
).map(([first, rest]) => `${first}${rest.join("")}`);

/** Ids that are words, as most providers have them. */
export const opaqueIds: fc.Arbitrary<string> = fc.oneof(
  fc.uuid(),
  fc.string({ unit: fc.constantFrom(..."abcdef0123456789_-"), minLength: 8, maxLength: 40 }).map((id) =>
    `t${id}`
  ),
);

const textOf = (body: unknown) => typeof body === "string" ? body : JSON.stringify(body);

/** Undamaged bodies and the id that each names; an id of digits comes as a string or as a bare number. */
export function wholeBodies(
  templates: readonly Template[],
  ids: fc.Arbitrary<string>,
): fc.Arbitrary<{ id: string; body: string }> {
  return fc.record({ id: ids, template: fc.constantFrom(...templates), isBare: fc.boolean() })
    .map(({ id, template, isBare }) => {
      const body = textOf(template(id));
      return { id, body: isBare && /^\d+$/.test(id) ? body.replaceAll(`"${id}"`, id) : body };
    });
}

/** Bodies damaged one to four times: values of other types, huge numbers, odd keys, twice the same key, nesting, cuts. */
export function damagedBodies(
  templates: readonly Template[],
  ids: fc.Arbitrary<string>,
): fc.Arbitrary<string> {
  const damage = fc.oneof({ weight: 3, arbitrary: inTree }, { weight: 2, arbitrary: inText });
  return fc.tuple(wholeBodies(templates, ids), fc.array(damage, { minLength: 1, maxLength: 4 }))
    .map(([{ body }, damages]) => damages.reduce((text, apply) => apply(text), body));
}

// Damage to the text ----------------------------------------------------------------------------------------------

type Damage = (body: string) => string;
const place = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
const splice = (text: string, at: number, less: number, more: string) =>
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

const inText: fc.Arbitrary<Damage> = fc.oneof(
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

// Damage to the tree ----------------------------------------------------------------------------------------------

/** JSON with the freedom that JavaScript's values lack: numbers of any length, and a key more than once. */
type Tree = { text: string } | { items: Tree[] } | { entries: [string, Tree][] };

function treeOf(value: unknown): Tree {
  if (value instanceof Digits) return { text: value.text };
  if (Array.isArray(value)) return { items: value.map(treeOf) };
  if (value && typeof value === "object") {
    return { entries: Object.entries(value).map(([key, inner]) => [key, treeOf(inner)]) };
  }
  return { text: JSON.stringify(value) ?? "null" };
}

/** A number as it was written. */
class Digits {
  constructor(readonly text: string) {}
}

/** Parses JSON, its numbers as Digits; undefined for what is not JSON. */
function exactly(text: string): unknown {
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

function write(tree: Tree): string {
  if ("text" in tree) return tree.text;
  if ("items" in tree) return `[${tree.items.map(write).join(",")}]`;
  return `{${tree.entries.map(([key, inner]) => `${JSON.stringify(key)}:${write(inner)}`).join(",")}}`;
}

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

const inTree: fc.Arbitrary<Damage> = fc.tuple(place, changes).map(([at, change]) => (body) => {
  const value = exactly(body);
  if (value === undefined) return splice(body, at, 1, "");
  return write(changePart(treeOf(value), at, change));
});

// What has to hold ------------------------------------------------------------------------------------------------

/** Checks that `parse` names the id of every undamaged body, to the last digit. */
export function keepsEveryDigit(
  parse: (rawBody: string) => WebhookEvent,
  templates: readonly Template[],
  ids: fc.Arbitrary<string>,
): void {
  fc.assert(
    fc.property(wholeBodies(templates, ids), ({ id, body }) => assert.equal(parse(body).externalId, id)),
    { numRuns: RUNS },
  );
}

/** Checks that `parse` throws at nothing, names no id that the body does not hold, and says only what can be stored. */
export function readsAnything(
  parse: (rawBody: string) => WebhookEvent,
  templates: readonly Template[],
  ids: fc.Arbitrary<string>,
): void {
  const states = ["succeeded", "failed", "running", "unknown"];
  fc.assert(
    fc.property(damagedBodies(templates, ids), (body) => {
      const event = parse(body);
      assert.ok(states.includes(event.state), event.state);
      assert.ok(event.dedupeKey.length > 0);
      assert.deepEqual(parse(body), event);
      assert.ok(JSON.stringify(event.details).startsWith("{"));
      const { externalId } = event;
      if (externalId === null) return;
      assert.ok(
        externalId !== "" && holds(body, externalId),
        `${JSON.stringify(externalId)} is not in ${body}`,
      );
    }),
    { numRuns: RUNS },
  );
}

/** Whether the text holds `id`, as it is or as JSON within JSON writes it. */
function holds(body: string, id: string): boolean {
  let written = id;
  for (let depth = 0; depth < 4; depth++) {
    if (body.includes(written)) return true;
    written = JSON.stringify(written).slice(1, -1);
  }
  // Written with escapes that need not be: read as far as it can be, every string in it again.
  const strings = (value: unknown): string[] => {
    if (typeof value === "string") return [value, ...strings(exactly(value))];
    if (value instanceof Digits) return [value.text];
    return value && typeof value === "object" ? Object.values(value).flatMap(strings) : [];
  };
  return strings(exactly(body)).includes(id);
}

/** How a provider signs, for `refusesForgeries`. */
export interface Signing {
  templates: readonly Template[];
  ids: fc.Arbitrary<string>;
  /** The delivery as the provider would send it. */
  sign(body: string): Delivery | Promise<Delivery>;
  verify(delivery: Delivery): Verdict | Promise<Verdict>;
  /** The headers that the signature is in or covers. */
  headers: readonly string[];
  /** What the signature vouches for, as one text: two deliveries with the same text may both be accepted. */
  vouchedFor(delivery: Delivery): string;
}

type Forgery = (delivery: Delivery) => Delivery;

const withHeader = (delivery: Delivery, name: string, value: string | null): Delivery => {
  const headers = new Headers(delivery.headers);
  if (value === null) headers.delete(name);
  else headers.set(name, value);
  return { ...delivery, headers };
};

function forgeries(names: readonly string[]): fc.Arbitrary<Forgery> {
  const ascii = fc.string({ unit: fc.constantFrom(..."0123456789abcdefABCDEF+/=-_,. v"), maxLength: 3 });
  const header = fc.tuple(fc.constantFrom(...names), place, fc.nat(3), ascii)
    .map(([name, at, less, more]): Forgery => (delivery) =>
      withHeader(delivery, name, splice(delivery.headers.get(name) ?? "", at, less, more))
    );
  const whole = fc.tuple(
    fc.constantFrom(...names),
    fc.constantFrom(null, "", "0", "null", "Infinity", "v1,", "-1", "1e9"),
  )
    .map(([name, value]): Forgery => (delivery) => withHeader(delivery, name, value));
  const swapped = fc.tuple(fc.constantFrom(...names), fc.constantFrom(...names))
    .map(([to, from]): Forgery => (delivery) => withHeader(delivery, to, delivery.headers.get(from)));
  const body = fc.oneof(inTree, inText).map((damage): Forgery => (delivery) => ({
    ...delivery,
    rawBody: damage(delivery.rawBody),
  }));
  return fc.oneof({ weight: 3, arbitrary: header }, { weight: 3, arbitrary: body }, whole, swapped);
}

/**
 * Checks that what the provider signed is accepted, that `verify` throws at nothing, and that after one to three
 * changes of headers and body nothing is accepted unless the signature still vouches for all of it.
 */
export async function refusesForgeries(signing: Signing, runs = RUNS): Promise<void> {
  let refused = 0;
  const forged = fc.array(forgeries(signing.headers), { minLength: 1, maxLength: 3 });
  await fc.assert(
    fc.asyncProperty(wholeBodies(signing.templates, signing.ids), forged, async ({ body }, changes) => {
      const delivery = await signing.sign(body);
      assert.equal((await signing.verify(delivery)).ok, true, `what was signed is refused: ${body}`);
      const altered = changes.reduce((delivery, change) => change(delivery), delivery);
      const verdict = await signing.verify(altered);
      if (verdict.ok) assert.equal(signing.vouchedFor(altered), signing.vouchedFor(delivery));
      else refused++;
    }),
    { numRuns: runs },
  );
  assert.ok(
    refused > runs / 4,
    `only ${refused} forgeries of ${runs} were refused: there is nothing to this test`,
  );
}
