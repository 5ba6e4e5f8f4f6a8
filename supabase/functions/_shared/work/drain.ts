/** The drain: working until nothing is left. Any number may run at once; leases keep them out of each other's way. */
import { lanes } from "../engine/messages.ts";
import type { Message } from "../engine/work_item.ts";
import type { WebhookEvent } from "../providers/provider.ts";
import { logJob } from "../runtime/log.ts";
import { withHand } from "./belt.ts";
import { CANCELS, FORGETS, RENEWALS, REVOCATIONS, SETTLEMENTS, submitsOf } from "./belts.ts";
import { cleanDoomedFiles } from "./doomed_files.ts";
import { DrainWork } from "./drain_work.ts";
import { Linger } from "./linger.ts";
import { settleMessage } from "./settle.ts";

// The worker function lives for 150 s at the least and must answer for what it leases (docs/platform.md#worker-lifetime).
const DEADLINE_MS = 45_000;
// What a webhook or a create has leased is so for a minute: who has waited so long for a hand leaves it to whoever reads it next.
const HAND_MS = 20_000;
// What is settled sooner is looked after as soon.
const APART_MS = 1_000;

/**
 * Submits what waits in `lane` until there is nothing to submit; then cancels. Has a worker woken that stays for what is
 * due soon. Returns how many; what another drain of this process has begun is counted there.
 */
export async function drainLane(
  lane: string,
  deadline = Date.now() + DEADLINE_MS,
): Promise<number> {
  const work = new DrainWork(deadline);
  void work.look(submitsOf(lane));
  await work.done();
  // A task that was taken for a job which had ended is to be stopped now.
  void work.look(CANCELS);
  return await work.finish();
}

/**
 * Submits what waits in `lane` until there is nothing to submit. Leaves the outbox of cancels alone: a task that is taken
 * in vain leads there by itself. Has a worker woken that stays for what is due soon. Returns how many.
 */
export async function submitWaiting(lane: string): Promise<number> {
  const work = new DrainWork(Date.now() + DEADLINE_MS);
  void work.look(submitsOf(lane));
  return await work.finish();
}

/**
 * Submits a job that its creator has leased with it, and what that leads to; nobody else waits in its lane. Has a worker woken
 * that stays for what is due soon. Returns how many.
 */
export async function submitCreated(message: Message): Promise<number> {
  const work = new DrainWork(Date.now() + DEADLINE_MS);
  work.begin(submitsOf(message.item.job.lane), message, Date.now() + HAND_MS);
  return await work.finish();
}

/**
 * Works on the outbox of cancels, of every lane, and submits what that starts; has a worker woken for what is due soon.
 * Returns how many.
 */
export async function drainCancels(deadline = Date.now() + DEADLINE_MS): Promise<number> {
  const work = new DrainWork(deadline);
  void work.look(CANCELS);
  return await work.finish();
}

/** Keeps accesses of connections alive, and gives back those that nobody wants. Returns how many. */
export async function drainAccesses(deadline = Date.now() + DEADLINE_MS): Promise<number> {
  const work = new DrainWork(deadline);
  void work.look(RENEWALS);
  void work.look(REVOCATIONS);
  return await work.done();
}

/**
 * Settles one message, of which a webhook has `announced` something just now; and submits what that starts. `apart`: the
 * lane of a webhook that found nobody waiting. A job that was created in the same moment may wait beside the slot that it
 * freed: it is looked for when the message is done with, or after a second.
 */
export async function settleAndDrain(
  message: Message,
  announced?: WebhookEvent["state"],
  apart: string | null = null,
): Promise<void> {
  const work = new DrainWork(Date.now() + DEADLINE_MS);
  const look = apart === null ? undefined : setTimeout(() => void work.look(submitsOf(apart)), APART_MS);
  try {
    const settle = async () => (await settleMessage(message, announced), true);
    const isDone = await withHand("webhooks", HAND_MS, settle);
    if (!isDone) logJob(message.item.job.id, "left to settle", { why: "no hand was free" });
  } finally {
    clearTimeout(look);
    work.follow(apart);
    await work.finish();
  }
}

/** Settles what is due, of every lane, and submits what that starts. Returns how many. */
export async function drainSettlements(
  deadline = Date.now() + DEADLINE_MS,
): Promise<number> {
  const work = new DrainWork(deadline);
  void work.look(SETTLEMENTS);
  return await work.finish();
}

/** Drains everything, then stays `lingerMs` for work that comes late, and for what is due soon. Returns how much was worked on. */
export async function drainAll(
  { lane, lingerMs = 0 }: { lane?: string; lingerMs?: number } = {},
): Promise<number> {
  const deadline = Date.now() + DEADLINE_MS;
  const names = lane ? [lane] : await lanes();
  const belts = [...names.map(submitsOf), SETTLEMENTS, CANCELS, FORGETS, RENEWALS, REVOCATIONS];
  const linger = new Linger(lane, lingerMs, deadline);
  const work = new DrainWork(deadline);
  const cleaner = new Cleaner(deadline);
  try {
    do {
      cleaner.looks();
      // Not until all of it is done: what is slow keeps nobody from looking at the rest.
      const counts = await Promise.all(belts.map((belt) => work.look(belt)));
      if (counts.some((count) => count > 0)) linger.hasWorked();
      else if (work.isWorking) linger.isWorking();
    } while (await linger.waits());
    await linger.handOver(names);
  } finally {
    linger.ends();
    await Promise.allSettled([work.done(), cleaner.done()]);
  }
  return await work.done() + await cleaner.done();
}

/** Deletes files that nobody may have, beside all else: there may be many of them. */
class Cleaner {
  #total = 0;
  #now: Promise<void> | undefined;

  constructor(readonly deadline: number) {}

  /** Begins, unless it is at it. */
  looks(): void {
    this.#now ??= cleanDoomedFiles(this.deadline).then((count) => {
      this.#total += count;
      this.#now = undefined;
    });
    this.#now.catch(() => {}); // whoever waits for it is told
  }

  /** Waits until it is not at it. Returns how much it has deleted. */
  async done(): Promise<number> {
    await this.#now;
    return this.#total;
  }
}
