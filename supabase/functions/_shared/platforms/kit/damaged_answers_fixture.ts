/** For tests: answers of a platform that came damaged, and what becomes of reading them. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { inText, inTree } from "../../providers/kit/damage_fixture.ts";
import { tryParseJson } from "../../text/json.ts";
import { PlatformError } from "../platform.ts";
import type { PlatformAnswer } from "./platform_call.ts";
import { keptAnswer } from "./without_tokens.ts";
import { ACCESS_TOKEN } from "./work_fixture.ts";

/** Bodies that a property is asked for: ESTEIRA_BODIES of them. */
export const RUNS = { numRuns: Number(Deno.env.get("ESTEIRA_BODIES") ?? 1_000) };

const damage = fc.array(fc.oneof({ weight: 3, arbitrary: inTree }, { weight: 2, arbitrary: inText }), {
  maxLength: 4,
});

/** One of these as JSON, damaged up to four times. */
export function bodyOf(...templates: unknown[]): fc.Arbitrary<string> {
  return fc.tuple(fc.constantFrom(...templates.map((template) => JSON.stringify(template))), damage)
    .map(([text, damages]) => damages.reduce((text, apply) => apply(text), text));
}

/** A body as the answer to a call. */
export function answered(
  status: number,
  text: string,
  headers: Record<string, string> = {},
): PlatformAnswer {
  const body = tryParseJson(text);
  return { status, headers: new Headers(headers), body, raw: keptAnswer(body ?? text, [ACCESS_TOKEN]) };
}

/** Answers of such bodies, mostly with statuses that the Graph API uses. */
export function graphAnswers(templates: readonly unknown[]): fc.Arbitrary<PlatformAnswer> {
  const statuses = fc.oneof(
    { weight: 3, arbitrary: fc.constant(200) },
    { weight: 3, arbitrary: fc.constant(400) },
    { weight: 1, arbitrary: fc.integer({ min: 200, max: 599 }) },
  );
  return fc.tuple(statuses, bodyOf(...templates)).map(([status, text]) => answered(status, text));
}

/** What `read` comes to: a value, or the PlatformError that it throws. */
export function outcome<T>(read: () => T): T | PlatformError {
  try {
    return read();
  } catch (error) {
    if (error instanceof PlatformError) return error;
    throw error;
  }
}

/** A verdict on an answer of this status is whole, and holds no token; in doubt and unknown are one. */
export function assertIsVerdict(
  { failure, isAmbiguous, isUnreachable }: PlatformError,
  status: number,
): void {
  assert.ok(["never", "backoff", "wait", "pause", "reconnect", "unknown"].includes(failure.class));
  assert.ok(["publication", "connection", "platform"].includes(failure.scope));
  assert.ok(failure.code.length > 0 && failure.message.length > 0);
  assert.ok(!JSON.stringify(failure).includes(ACCESS_TOKEN));
  assert.equal(isUnreachable, status >= 500 || status === 408);
  assert.equal(isAmbiguous, failure.class === "unknown");
}
