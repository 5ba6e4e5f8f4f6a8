/** Workers ask for the truth about a task that is over. */
import fc from "fast-check";
import { acceptSuccess, hearOfEnded } from "../endings.ts";
import { fail, type Failure } from "../failing.ts";
import { change } from "../jobs.ts";
import {
  attemptsWhere,
  mostly,
  type Move,
  move,
  named,
  type OfAttempt,
  oneOf,
  pick,
  Refusal,
} from "../move.ts";
import { dispatch } from "../slots.ts";
import { type Attempt, cancelOf, isOpen, type Job, tasksOf, type World } from "../state.ts";
import { isWorked } from "./attempts.ts";

/** Whether a worker may settle this attempt: the task is known, or another of its tasks is found to have succeeded. */
function isToSettle(world: World, job: Job, attempt: Attempt): boolean {
  const known = tasksOf(world, job.n, attempt.dispatch).find(({ id }) => id === attempt.externalId);
  return isWorked(job) && isOpen(job) && known !== undefined && known.state !== "alive" &&
    attempt.phase !== "produced" && attempt.phase !== "dispatched";
}

const settles = move<
  { pick: number; retryClass: "never" | "backoff" },
  Failure & { outcome: string; task: string }
>({
  weight: 8,
  params: fc.record({ pick, retryClass: mostly<"never" | "backoff">("backoff", "never") }),
  choose(world, { pick, retryClass }) {
    const of = oneOf(attemptsWhere(world, (job, attempt) => isToSettle(world, job, attempt)), pick);
    if (!of) return null;
    const tasks = tasksOf(world, of.job, of.dispatch);
    const success = tasks.find(({ state }) => state === "succeeded");
    const isSending = world.senders.some(({ job, dispatch, heard, until }) =>
      job === of.job && dispatch === of.dispatch && heard === "nothing" && until >= world.now
    );
    return {
      kind: success ? "produced" : "fail",
      ...of,
      outcome: success ? "succeeded" : "failed",
      task: success?.id ?? "",
      retryClass,
      after: null,
      isRefusal: false,
      isAllOver: !isSending && tasks.every(({ state }) => state !== "alive"),
    };
  },
  apply: (world, call) => call.outcome === "succeeded" ? produced(world, call) : fail(world, call),
});

function produced(world: World, call: OfAttempt & { task: string }): string {
  const { job, attempt } = named(world, call);
  if (!attempt) throw new Refusal("stale_token");
  if (!isOpen(job)) {
    hearOfEnded(world, cancelOf(world, call.job, call.dispatch), "succeeded", call.task);
    return attempt.outcome === "succeeded" ? "duplicate" : "late";
  }
  if (attempt.phase === "produced") return "duplicate";
  if (attempt.word !== "succeeded") attempt.wordAt = world.now;
  acceptSuccess(world, job, attempt, call.task);
  Object.assign(attempt, { phase: "produced", outcome: null });
  change(job, {
    status: "processing",
    runAt: null,
    deadline: null,
    refundable: false,
    request: attempt.externalId ?? job.request,
  }, job.step === "webhook_received" ? undefined : "running");
  dispatch(world, job.lane);
  return "produced";
}

export const settling: Record<string, Move> = { settles };
