/** Workers at the outbox of cancels: finding and stopping the tasks of attempts that have ended. */
import fc from "fast-check";
import { LANES, SECONDS } from "../catalog.ts";
import { isSenderGone, mayBeSeveral, taskOver } from "../endings.ts";
import { mostly, type Move, move, type OfAttempt, oneOf, pick } from "../move.ts";
import { type Cancel, cancelOf, type How, type Task, tasksOf, type World } from "../state.ts";

const isWorked = ({ lane, how }: Cancel) => lane !== "outside" && how === null;
const tasksAt = (world: World, row: Cancel) => tasksOf(world, row.job, row.dispatch);

/** Whether a submit of the row's attempt is under way. */
const isSending = (world: World, row: Cancel) =>
  world.senders.some(({ job, dispatch, heard, until }) =>
    job === row.job && dispatch === row.dispatch && heard === "nothing" && until >= world.now
  );

/** A task of the row that a worker may ask its provider to stop: known, alive, and not the one whose result is wanted. */
const stoppable = (world: World, row: Cancel): Task[] =>
  tasksAt(world, row).filter(({ id, state, isAsked }) =>
    state === "alive" && !isAsked && id !== row.acceptedId && (id === row.externalId || row.submits > 1)
  );

interface OfTask extends OfAttempt {
  task: string;
  how: How | "";
}

/** Asks the provider to stop a task; it does at once, or perhaps later. */
const asks = move<{ pick: number; isSure: boolean }, OfTask>({
  weight: 5,
  params: fc.record({ pick, isSure: mostly(true, false) }),
  choose(world, { pick, isSure }) {
    const tasks = world.cancels.filter(isWorked).flatMap((row) =>
      stoppable(world, row).map((task) => ({ row, task }))
    );
    const found = oneOf(tasks, pick);
    if (!found) return null;
    const { job, dispatch, submits, lane } = found.row;
    const isAllOver = !mayBeSeveral({ lane }, submits);
    return {
      kind: isSure && isAllOver ? "taskOver" : "cancelNoted",
      job,
      dispatch,
      task: found.task.id,
      how: isSure ? "stopped" : "",
      asked: true,
      none: false,
    };
  },
  apply(world, call) {
    const task = world.tasks.find(({ id }) => id === call.task)!;
    task.isAsked = true;
    if (call.how === "stopped") task.state = "stopped";
    const row = cancelOf(world, call.job, call.dispatch);
    if (call.kind === "taskOver") return taskOver(world, row, "stopped");
    if (row) row.externalId ??= call.task;
    return null;
  },
});

/** Learns that all that the attempt may have made is over. */
const learns = move<{ pick: number }, OfAttempt & { how: How }>({
  weight: 6,
  params: fc.record({ pick }),
  choose(world, { pick }) {
    const row = oneOf(
      world.cancels.filter((row) =>
        isWorked(row) && row.externalId !== null && !isSending(world, row) &&
        tasksAt(world, row).every(({ state }) => state !== "alive")
      ),
      pick,
    );
    if (!row) return null;
    const states = tasksAt(world, row).map(({ state }) => state);
    const how = states.includes("succeeded")
      ? "succeeded"
      : states.includes("stopped")
      ? "stopped"
      : "failed";
    return { kind: "taskOver", job: row.job, dispatch: row.dispatch, how };
  },
  apply: (world, call) => taskOver(world, cancelOf(world, call.job, call.dispatch), call.how),
});

const finds = move<{ pick: number }, OfTask>({
  weight: 4,
  params: fc.record({ pick }),
  choose(world, { pick }) {
    const task = oneOf(
      world.tasks.filter(({ job, dispatch }) => {
        const row = cancelOf(world, job, dispatch);
        return row && LANES[row.lane].canFind && row.externalId === null;
      }),
      pick,
    );
    return task &&
      {
        kind: "cancelNoted",
        job: task.job,
        dispatch: task.dispatch,
        task: task.id,
        how: "",
        asked: false,
        none: false,
      };
  },
  apply(world, call) {
    const row = cancelOf(world, call.job, call.dispatch);
    if (row) row.externalId ??= call.task;
    return null;
  },
});

/** The provider has no task of the attempt; noted twice, and with no submit under way, that is that. */
const findsNone = move<{ pick: number }, OfTask>({
  weight: 6,
  params: fc.record({ pick }),
  choose(world, { pick }) {
    const row = oneOf(
      world.cancels.filter((row) =>
        isWorked(row) && LANES[row.lane].canFind && tasksAt(world, row).length === 0
      ),
      pick,
    );
    if (!row) return null;
    const isSure = row.nones >= 2 && isSenderGone(world, row.submitUntil);
    const { job, dispatch } = row;
    return isSure
      ? { kind: "taskOver", job, dispatch, task: "", how: "never_existed", asked: false, none: true }
      : { kind: "cancelNoted", job, dispatch, task: "", how: "", asked: false, none: true };
  },
  apply(world, call) {
    const row = cancelOf(world, call.job, call.dispatch);
    if (call.kind === "taskOver") return taskOver(world, row, "never_existed");
    if (row && isSenderGone(world, row.submitUntil) && row.noneAt <= world.now - SECONDS.noneEvery) {
      row.nones++;
      row.noneAt = world.now;
    }
    return null;
  },
});

/** What has been told of a task that is over is told again: nothing comes of it. */
const repeats = move<{ pick: number; how: How }, OfAttempt & { how: How }>({
  weight: 1,
  params: fc.record({ pick, how: fc.constantFrom<How>("failed", "unknown", "never_existed") }),
  choose(world, { pick, how }) {
    const row = oneOf(world.cancels.filter((row) => row.how !== null), pick);
    return row && { kind: "taskOver", job: row.job, dispatch: row.dispatch, how };
  },
  apply: () => false,
});

export const outbox: Record<string, Move> = { asks, learns, finds, findsNone, repeats };
