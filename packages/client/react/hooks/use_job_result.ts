/** What came out of a job, for a tree that waits for it in `<Suspense>`. */
import * as React from "react";
import type { ClientJob, ClientOutput, JobHandle } from "../../api/job.ts";
import type { ToolName } from "../../api/tools.ts";

export type FinishedJob<T extends ToolName = ToolName> = ClientJob<T> & { readonly output: ClientOutput };

/**
 * Suspends until the job has completed. Throws `JobFailed` when it fails or is cancelled, the EsteiraError when its create
 * was refused: for an error boundary. React 18 has no `use`: there the promise itself is thrown, which `<Suspense>` of 18
 * understands as well, on the client. Make the handle outside the tree that suspends, or it is made anew each time.
 */
export function useJobResult<T extends ToolName>(handle: JobHandle<T>): FinishedJob<T> {
  return read(handle.done());
}

type Use = <R>(promise: Promise<R>) => R;

// By its name, since a bundler with React 18 at hand would complain of an import that is not there.
const read: Use = Reflect.get(React, "use") as Use | undefined ?? useThrown;

type Outcome = { state: "pending" } | { state: "fulfilled"; value: unknown } | {
  state: "rejected";
  error: unknown;
};
const outcomes = new WeakMap<Promise<unknown>, Outcome>();

function useThrown<R>(promise: Promise<R>): R {
  const outcome = outcomes.get(promise);
  if (outcome?.state === "fulfilled") return outcome.value as R;
  if (outcome?.state === "rejected") throw outcome.error;
  if (!outcome) {
    outcomes.set(promise, { state: "pending" });
    promise.then(
      (value) => outcomes.set(promise, { state: "fulfilled", value }),
      (error) => outcomes.set(promise, { state: "rejected", error }),
    );
  }
  throw promise;
}
