/** What must be true of every state, in the words of the contract: about the tasks that there really are. */
import { LANES } from "./catalog.ts";
import { attemptOf, cancelOf, isOpen, type Task, type World } from "./state.ts";

/** The sentence that is false in a world; null: there is none. */
export function sentenceBrokenIn(world: World): string | null {
  return aboutTasks(world) ?? aboutMoney(world) ?? aboutSlots(world);
}

function aboutTasks(world: World): string | null {
  const alive = world.tasks.filter(({ id, state }) => state === "alive" && !world.excused.includes(id));
  for (const task of alive) {
    const { job, dispatch, id } = task;
    const holder = world.slots.find(({ holder }) => holder?.[0] === job && holder[1] === dispatch);
    if (!holder) return `1: task ${id} lives, and its attempt has no slot`;
    const attempt = attemptOf(world, job, dispatch);
    const isGone = !attempt || world.jobs[job]!.isGone || attempt.outcome !== null;
    if (isGone && !cancelOf(world, job, dispatch)) {
      return `9: task ${id} lives, and its attempt has ended without a row`;
    }
    const others = alive.filter((other) => other.job === job && other !== task);
    const twin = others.find((other) => other.dispatch === dispatch);
    if (twin && LANES[world.jobs[job]!.lane].resubmit !== "at_least_once") {
      return `2: ${id} and ${twin.id} live at once`;
    }
    if (others.some((other) => other.dispatch !== dispatch)) {
      return `2: job ${job} has tasks of two attempts at once`;
    }
  }
  return null;
}

function aboutMoney(world: World): string | null {
  for (const job of world.jobs) {
    if (job.isGone) continue;
    if (job.status === "completed" && job.refund !== "none") {
      return `3: job ${job.n} is completed and refunded`;
    }
    if (job.status === "failed" && job.cost > 0 && job.refund !== "paid") {
      return `4: job ${job.n} failed, and was not paid back`;
    }
    if (isOpen(job) && job.refund !== "none") return `4: job ${job.n} goes on, and was paid back`;
    const isBilled = job.status === "cancelled" && job.refund === "paid" &&
      world.lanes[job.lane].cancelRefund === "confirmed" &&
      tasksOf(world, job.n).some(({ id, state }) => state === "succeeded" && !world.excused.includes(id));
    if (isBilled) return `4: job ${job.n} was cancelled and paid back, and its task had gone on to its end`;
  }
  return null;
}

function tasksOf(world: World, job: number): Task[] {
  return world.tasks.filter((task) => task.job === job);
}

function aboutSlots(world: World): string | null {
  for (const { holder } of world.slots) {
    if (!holder) continue;
    const attempt = attemptOf(world, ...holder);
    const row = cancelOf(world, ...holder);
    const isRunning = attempt?.outcome === null && !world.jobs[holder[0]]!.isGone;
    if (!row && !isRunning) return `6: job ${holder[0]} keeps a slot for a task that cannot exist`;
  }
  return null;
}
