/**
 * For property tests of every provider's `parse`: webhook bodies as they come, and as they should not. A provider gives
 * its real bodies as templates; this makes thousands of them, whole and damaged.
 */
import fc from "fast-check";
import assert from "node:assert/strict";
import type { WebhookEvent } from "../provider.ts";
import { inText, inTree } from "./damage_fixture.ts";
import { Digits, exactly } from "./exact_json_fixture.ts";

/** How many bodies each property is tried with: ESTEIRA_BODIES of them. */
export const RUNS = Number(Deno.env.get("ESTEIRA_BODIES") ?? 1_000);

/** A real body about the task `id`, as a value or, where it holds JSON in strings or bytes of its own, as text. */
export type Template = (id: string) => unknown;

/** Ids of 5 to 20 digits: a JavaScript number keeps about half of them. */
export const digitIds: fc.Arbitrary<string> = fc.tuple(
  fc.integer({ min: 1, max: 9 }),
  fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 4, maxLength: 19 }),
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
function damagedBodies(
  templates: readonly Template[],
  ids: fc.Arbitrary<string>,
): fc.Arbitrary<string> {
  const damage = fc.oneof({ weight: 3, arbitrary: inTree }, { weight: 2, arbitrary: inText });
  return fc.tuple(wholeBodies(templates, ids), fc.array(damage, { minLength: 1, maxLength: 4 }))
    .map(([{ body }, damages]) => damages.reduce((text, apply) => apply(text), body));
}

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
