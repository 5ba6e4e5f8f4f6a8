/** What becomes of tasks at their providers. */
import fc from "fast-check";
import { type Move, move, type OfAttempt, oneOf, pick } from "../move.ts";
import { type Task, type World } from "../state.ts";

export const laneOf = (world: World, task: Task) => world.jobs[task.job]!.lane;

export interface OfTask extends OfAttempt {
  task: string;
}

/** A move of the world outside with a task. */
function withTask(
  weight: number,
  kind: string,
  isFit: (world: World, task: Task) => boolean,
  apply: (task: Task) => void,
): Move {
  return move<{ pick: number }, OfTask>({
    weight,
    params: fc.record({ pick }),
    isOutside: true,
    choose(world, { pick }) {
      const task = oneOf(
        world.tasks.filter((task) => laneOf(world, task) !== "outside" && isFit(world, task)),
        pick,
      );
      return task && { kind, job: task.job, dispatch: task.dispatch, task: task.id };
    },
    apply: (world, call) => apply(world.tasks.find(({ id }) => id === call.task)!),
  });
}

const isAlive = (_world: World, { state }: Task) => state === "alive";
const succeeds = withTask(
  5,
  "succeeds",
  isAlive,
  (task) => Object.assign(task, { state: "succeeded", isToTell: true }),
);
const fails = withTask(
  4,
  "fails",
  isAlive,
  (task) => Object.assign(task, { state: "failed", isToTell: true }),
);
const stops = withTask(
  3,
  "stops",
  (_world, { state, isAsked }) => state === "alive" && isAsked,
  (task) => Object.assign(task, { state: "stopped", isToTell: true }),
);
const losesWebhook = withTask(1, "losesWebhook", (_world, { isToTell }) => isToTell, (task) => {
  task.isToTell = false;
});

export const tasks: Record<string, Move> = { succeeds, fails, stops, losesWebhook };
