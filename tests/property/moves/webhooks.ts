/** Providers call: with a final word or without, once or twice, in time or late. */
import fc from "fast-check";
import { hearOfEnded, mayBeSeveral, mayLive } from "../endings.ts";
import { change } from "../jobs.ts";
import { mostly, type Move, move, named, oneOf, pick } from "../move.ts";
import { dispatch, freeSlot } from "../slots.ts";
import { cancelOf, isOpen, type Word, type World } from "../state.ts";
import { laneOf, type OfTask } from "./tasks.ts";

interface Webhook extends OfTask {
  word: Word | null;
  isLast: boolean;
}

const webhook = move<{ pick: number; isLast: boolean; isEarly: boolean }, Webhook>({
  weight: 8,
  params: fc.record({ pick, isLast: mostly(true, false), isEarly: mostly(false, true) }),
  choose(world, { pick, isLast, isEarly }) {
    const task = oneOf(
      world.tasks.filter((task) =>
        laneOf(world, task) !== "outside" && (isEarly ? task.state === "alive" : task.isToTell)
      ),
      pick,
    );
    if (!task) return null;
    const word = task.state === "alive" ? null : task.state === "succeeded" ? "succeeded" : "failed";
    return { kind: "webhook", job: task.job, dispatch: task.dispatch, task: task.id, word, isLast };
  },
  apply(world, call) {
    if (call.word && call.isLast) world.tasks.find(({ id }) => id === call.task)!.isToTell = false;
    return hear(world, call);
  },
});

function hear(world: World, call: Webhook): string {
  const { job, attempt } = named(world, call);
  const isKnown = attempt ||
    world.cancels.some((row) => row.job === call.job && row.dispatch === call.dispatch);
  if (!isKnown) return "unknown";
  const event = `${call.task} ${call.word}`;
  if (job.events.includes(event)) return "duplicate";
  job.events.push(event);
  if (!isOpen(job) || !attempt || attempt.outcome === "succeeded") {
    hearOfEnded(world, cancelOf(world, call.job, call.dispatch), call.word, call.task);
    return "late";
  }
  const isAnother = attempt.externalId !== null && call.task !== attempt.externalId;
  const isNewSuccess = call.word === "succeeded" && attempt.word !== "succeeded";
  const isOfAttempt = !isAnother || (isNewSuccess && mayBeSeveral(job, attempt.submits));
  const isOver = attempt.number !== job.attempt || attempt.outcome !== null;
  if (!isOfAttempt) return "other_task";
  if (call.word && attempt.word !== "succeeded" && attempt.word !== call.word) {
    attempt.word = call.word;
    attempt.wordAt = world.now;
    if (call.word === "succeeded") attempt.externalId = call.task;
  }
  attempt.externalId ??= call.task;
  if (attempt.outcome === null && attempt.phase !== "produced") attempt.phase = "settling";
  if (!isOver) {
    change(job, {
      request: attempt.externalId,
      deadline: attempt.word === "succeeded" ? null : job.deadline,
      refundable: job.refundable && attempt.word === null,
    }, "webhook_received");
  }
  if (attempt.word && !mayLive(job, attempt) && freeSlot(world, job.n, attempt.dispatch)) {
    dispatch(world, job.lane);
  }
  return isOver ? "stale_attempt" : "accepted";
}

export const webhooks: Record<string, Move> = { webhook };
