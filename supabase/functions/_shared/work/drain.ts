/** The drain: working until nothing is left. Any number may run at once; leases keep them out of each other's way. */
import { lanes } from "../engine/messages.ts";
import type { Message } from "../engine/work_item.ts";
import type { WebhookEvent } from "../providers/provider.ts";
import { cleanDoomedFiles } from "./doomed_files.ts";
import { DrainWork } from "./drain_work.ts";
import { Linger } from "./linger.ts";
import { settleMessage } from "./settle.ts";

// The worker function lives for 150 s at the least and must answer for what it leases (docs/platform.md#worker-lifetime).
const DEADLINE_MS = 45_000;

/**
 * Submits what waits in `lane`, a few at a time, until there is nothing to submit; then cancels. Has a worker woken that
 * stays for what is due soon. Returns how many.
 */
export async function drainLane(
  lane: string,
  deadline = Date.now() + DEADLINE_MS,
): Promise<number> {
  const work = new DrainWork(deadline);
  const submits = await work.submits(lane);
  // A task that was taken for a job which had ended is to be stopped now.
  return submits + await work.cancels() + await work.finish();
}

/**
 * Works on the outbox of cancels, of every lane, and submits what that starts; has a worker woken for what is due soon.
 * Returns how many.
 */
export async function drainCancels(deadline = Date.now() + DEADLINE_MS): Promise<number> {
  const work = new DrainWork(deadline);
  return await work.cancels() + await work.finish();
}

/** Keeps accesses of connections alive, and gives back those that nobody wants. Returns how many. */
export async function drainAccesses(deadline = Date.now() + DEADLINE_MS): Promise<number> {
  return await new DrainWork(deadline).accesses();
}

/** Settles one message, of which a webhook has `announced` something just now; and submits what that starts. */
export async function settleAndDrain(message: Message, announced?: WebhookEvent["state"]): Promise<void> {
  const work = new DrainWork(Date.now() + DEADLINE_MS);
  try {
    await settleMessage(message, announced);
  } finally {
    work.follow();
    await work.finish();
  }
}

/** Settles what is due, of every lane, and submits what that starts. Returns how many. */
export async function drainSettlements(
  deadline = Date.now() + DEADLINE_MS,
): Promise<number> {
  const work = new DrainWork(deadline);
  return await work.settlements() + await work.finish();
}

/** Drains everything, then stays `lingerMs` for work that comes late, and for what is due soon. Returns how much was worked on. */
export async function drainAll(
  { lane, lingerMs = 0 }: { lane?: string; lingerMs?: number } = {},
): Promise<number> {
  const deadline = Date.now() + DEADLINE_MS;
  const names = lane ? [lane] : await lanes();
  const linger = new Linger(lane, lingerMs, deadline);
  const work = new DrainWork(deadline);
  let total = 0;
  try {
    do {
      const counts = await Promise.all([
        ...names.map((name) => work.submits(name)),
        work.settlements(),
        work.cancels(),
        work.forgets(),
        work.accesses(),
        cleanDoomedFiles(deadline),
      ]);
      counts.push(await work.followed());
      const worked = counts.reduce((sum, count) => sum + count, 0);
      total += worked;
      if (worked > 0) linger.hasWorked();
    } while (await linger.waits());
    await linger.handOver(names);
  } finally {
    linger.ends();
  }
  return total;
}
