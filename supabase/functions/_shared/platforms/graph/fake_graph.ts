/** For tests: errors as the Graph API answers them, and preparing as a worker does it, without its waits. */
import assert from "node:assert/strict";
import { type Platform, PlatformError, type Prepared, type PublicationWork } from "../platform.ts";

/** An error as the graph answers it. */
export function errorBody(code: number | string, subcode?: number, more: Record<string, unknown> = {}) {
  return {
    error: {
      message: `Error ${code}`,
      type: "OAuthException",
      code,
      ...subcode === undefined ? {} : { error_subcode: subcode },
      is_transient: false,
      fbtrace_id: "AbCdEf",
      ...more,
    },
  };
}

/** An answer with an error. */
export function refusal(
  code: number | string,
  subcode?: number,
  { status = 400, headers = {}, ...more }:
    & { status?: number; headers?: HeadersInit }
    & Record<string, unknown> = {},
): Response {
  return Response.json(errorBody(code, subcode, more), { status, headers });
}

/** What a worker makes of a publication's facts after a step. */
export function after(work: PublicationWork, step: Prepared): PublicationWork {
  const facts: Record<string, unknown> = { ...work.facts, ...step.facts };
  for (const name of step.state === "more" ? step.forget ?? [] : []) delete facts[name];
  // As the database keeps them.
  return { ...work, facts: JSON.parse(JSON.stringify(facts)) };
}

/** Prepares as a worker does: until it is ready, it fails, or so many steps are done. */
export async function prepareWith({ prepare }: Pick<Platform, "prepare">, work: PublicationWork, most = 60) {
  const steps: Prepared[] = [];
  for (let left = most; left > 0; left--) {
    const step = await prepare(work, new AbortController().signal).catch((error: unknown) => {
      assert.ok(error instanceof PlatformError, String(error));
      return error;
    });
    if (step instanceof PlatformError) return { steps, work, error: step };
    steps.push(step);
    work = after(work, step);
    if (step.state === "ready") return { steps, work, error: null };
  }
  return { steps, work, error: null };
}

/** The names of steps. */
export const namesOf = (steps: readonly Prepared[]) => steps.map(({ name, state }) => name ?? state);
