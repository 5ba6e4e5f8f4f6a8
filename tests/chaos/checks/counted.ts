/** What the simulators counted: how many tasks were alive, and whose. Pure. */
import { type Case, casesOf, type Evidence } from "../evidence.ts";
import { livesOf } from "./alive.ts";
import { AT_LEAST_ONCE } from "./payments.ts";

/**
 * No account ever had tasks of more attempts alive than it has slots. Where a submit may be repeated at the price of a task
 * (`at_least_once`), an attempt may have several; they count once, and `oneTaskAnAttempt` asks whether there may be more.
 */
export function neverMoreThanSlots(evidence: Evidence): string[] {
  const byAccount = Map.groupBy(livesOf(evidence), ({ task }) => `${task.provider} ${task.account}`);
  return [...byAccount].flatMap(([name, lives]) => {
    const slots = evidence.slots.get(lives[0]?.task.provider ?? "kie") ?? 0;
    const { most, at } = mostAtOnce(
      lives.map(({ task, from, to }) => ({ whose: task.token ?? task.id, from, to })),
    );
    return most > slots
      ? [
        `${name} had tasks of ${most} attempts alive at ${
          new Date(at).toISOString()
        }, and has ${slots} slots`,
      ]
      : [];
  });
}

/** The most owners that had anything alive at the same time, and when. What ends in a moment makes room in it. */
export function mostAtOnce(
  lives: readonly { whose: string; from: number; to: number }[],
): { most: number; at: number } {
  const events = lives.filter(({ from, to }) => to > from)
    .flatMap(({ whose, from, to }) => [{ whose, at: from, by: 1 }, { whose, at: to, by: -1 }])
    .toSorted((a, b) => a.at - b.at || a.by - b.by);
  const alive = new Map<string, number>();
  let highest = { most: 0, at: 0 };
  for (const { whose, at, by } of events) {
    const count = (alive.get(whose) ?? 0) + by;
    if (count > 0) alive.set(whose, count);
    else alive.delete(whose);
    if (alive.size > highest.most) highest = { most: alive.size, at };
  }
  return highest;
}

/** No attempt of a job began at its provider while a task of another attempt of that job was alive. */
export function oneAttemptAtATime(evidence: Evidence): string[] {
  const byJob = Map.groupBy(
    livesOf(evidence).filter(({ task }) => task.jobId !== undefined),
    ({ task }) => task.jobId,
  );
  return [...byJob].flatMap(([jobId, lives]) =>
    lives.flatMap((later) => {
      const alive = lives.find(({ task, from, to }) =>
        task.token !== later.task.token && from < later.from && later.from < to
      );
      return alive
        ? [
          `task ${later.task.id} of job ${jobId} began at ${later.task.provider} while ${alive.task.id} of an earlier ` +
          `attempt was alive, by ${Math.round(alive.to - later.from)} ms`,
        ]
        : [];
    })
  );
}

/** No attempt had two tasks alive at once, but where and as often as a submit may be repeated at the price of a task. */
export function oneTaskAnAttempt(evidence: Evidence): string[] {
  return casesOf(evidence).flatMap((one) =>
    one.attempts.flatMap(({ attempt, token, submits }) => {
      const own = one.tasks.filter((task) => task.token === token);
      const { most } = mostAtOnce(
        own.map(({ id, beganAt, endedAt }) => ({ whose: id, from: beganAt, to: endedAt ?? Infinity })),
      );
      const allowed = mayRepeat(one) ? Math.max(1, submits) : 1;
      return most > allowed
        ? [`attempt ${attempt} of job ${one.job.id} had ${most} tasks alive at once`]
        : [];
    })
  );
}

function mayRepeat({ planned }: Case): boolean {
  return AT_LEAST_ONCE.includes(planned.scenario.provider);
}

/** In the end no task is alive: whatever was begun has ended or was stopped. */
export function noneIsAlive({ tasks }: Evidence): string[] {
  return tasks.filter(({ outcome }) => outcome === null)
    .map(({ provider, id, jobId }) => `task ${id} of job ${jobId} is alive at ${provider}`);
}
