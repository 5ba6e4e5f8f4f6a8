/** For tests: a provider that does as it is told, call by call, and keeps what it was asked. */
import assert from "node:assert/strict";
import type { Submitted } from "../engine/attempts.ts";
import {
  type CancelResult,
  type Ended,
  type FoundTask,
  type Outcome,
  type Provider,
  ProviderError,
} from "../providers/provider.ts";

export const TASK_ID = "1904163390028185602";
export const TAKEN: Submitted = { externalId: TASK_ID, raw: {}, details: {} };
/** Nobody knows whether the provider heard it. */
export const LOST = new ProviderError(
  { retryClass: "wait", code: "unreachable", message: "The provider did not answer in time" },
  { isAmbiguous: true, isUnreachable: true },
);
/** The connection was never made. */
export const REFUSED = new ProviderError(
  { retryClass: "backoff", code: "unreachable", message: "The provider could not be reached" },
  { isUnreachable: true, cause: "connect to 10.0.0.5:443" },
);
/** The provider takes no more just now. */
export const BUSY = new ProviderError({
  retryClass: "wait",
  code: "421",
  message: "busy",
  raw: { code: 421 },
});

/** A task as `findTasks` lists it. */
export function task(state: FoundTask["state"], externalId = TASK_ID): FoundTask {
  return { ...TAKEN, externalId, state };
}

/** The outcome of a task. */
export const OUTCOME = {
  running: { state: "running", raw: {} },
  succeeded: { state: "succeeded", outputs: [], data: { url: "done" }, raw: { status: "succeeded" } },
  failed: {
    state: "failed",
    failure: { retryClass: "backoff", code: "boom", message: "It broke" },
    raw: { status: "failed" },
  },
  stopped: {
    state: "failed",
    how: "stopped",
    failure: { retryClass: "never", code: "canceled", message: "It was stopped" },
    raw: { status: "canceled" },
  },
  unknown: { state: "unknown", reason: "nobody knows", raw: {} },
} as const satisfies Record<string, Outcome>;

/** What each call answers, in order; the last answer stays, and what is an error is thrown. Absent: not to be called. */
export interface Script {
  resubmit?: Provider["resubmit"];
  prepare?: Error[];
  submits?: (Submitted | Ended | Error)[];
  found?: (FoundTask[] | Error)[];
  outcomes?: (Outcome | Error)[];
  /** By task, where it matters which is asked after. */
  outcomeOf?: Record<string, Outcome>;
  cancels?: (CancelResult | Error)[];
}

/** A provider and what it was asked: `prepare`, `submit`, `find`, `fetch <id>`, `cancel <id>`. */
export function scriptedProvider(
  script: Script,
): { provider: Provider; asked: string[]; signals: AbortSignal[] } {
  const asked: string[] = [];
  const signals: AbortSignal[] = [];
  const next = <T>(what: string, answers: (T | Error)[] | undefined): Promise<T> => {
    asked.push(what);
    assert.ok(answers, `nobody was to ask: ${what}`);
    const answer = answers.length > 1 ? answers.shift() : answers[0];
    return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer as T);
  };
  const { found, cancels, outcomeOf } = script;
  const provider: Provider = {
    name: "runninghub",
    resubmit: script.resubmit ?? "reconcile_only",
    prepare: () => {
      const error = script.prepare?.shift();
      if (error) throw error;
      return {
        send: (signal) => {
          signals.push(signal);
          return next("submit", script.submits);
        },
      };
    },
    ...found ? { findTasks: () => next("find", found) } : {},
    ...cancels ? { cancel: (_, id) => next(`cancel ${id}`, cancels) } : {},
    parse: () => assert.fail("nobody was to parse"),
    fetchOutcome: (_, id) => {
      const known = outcomeOf?.[id];
      return next(`fetch ${id}`, known ? [known] : script.outcomes);
    },
  };
  return { provider, asked, signals };
}
