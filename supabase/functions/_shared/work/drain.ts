/** The drain: working until nothing is left. Any number may run at once; leases keep them out of each other's way. */
import { type CancelItem, receiveCancels } from "../engine/cancels.ts";
import { lanes, receive, receiveSettlements } from "../engine/messages.ts";
import type { Message } from "../engine/work_item.ts";
import { logError } from "../runtime/log.ts";
import { askTogether } from "./ask_together.ts";
import { workOnCancel } from "./cancels.ts";
import { Linger } from "./linger.ts";
import { settleAnswered, settleMessage } from "./settle.ts";
import { submitMessage } from "./submit.ts";

// The worker function lives for 150 s at the least and must answer for what it leases (docs/platform.md#worker-lifetime).
const DEADLINE_MS = 45_000;
const BATCH = 5;

/** Submits what waits in `lane`, a few at a time, until there is nothing to submit; then cancels. Returns how many. */
export async function drainLane(
  lane: string,
  deadline = Date.now() + DEADLINE_MS,
): Promise<number> {
  const submits = await drainSubmits(lane, deadline);
  // A task that was taken for a job which had ended is to be stopped now.
  return submits + await drainCancels(deadline);
}

async function drainSubmits(lane: string, deadline: number): Promise<number> {
  return await drain(() => receive(lane, BATCH), each("submit", aboutMessage, submitMessage), deadline);
}

/** Settles what is due, of every lane. Returns how many. */
export async function drainSettlements(
  deadline = Date.now() + DEADLINE_MS,
): Promise<number> {
  return await drain(() => receiveSettlements(BATCH), settleAll, deadline);
}

async function settleAll(messages: Message[]): Promise<void> {
  const answers = await askTogether(messages);
  await each("settle", aboutMessage, (message: Message) => {
    const answer = answers.get(message);
    return answer ? settleAnswered(message, answer) : settleMessage(message);
  })(messages);
}

/** Works on the outbox of cancels, of every lane. Returns how many rows. */
export async function drainCancels(deadline = Date.now() + DEADLINE_MS): Promise<number> {
  const about = ({ job }: CancelItem) => ({ job: job.id });
  return await drain(
    () => receiveCancels(BATCH),
    each("cancel", about, (item: CancelItem) => workOnCancel(item)),
    deadline,
  );
}

/** Drains everything, then stays `lingerMs` for work that comes late, and for what is due soon. Returns how much was worked on. */
export async function drainAll(
  { lane, lingerMs = 0 }: { lane?: string; lingerMs?: number } = {},
): Promise<number> {
  const deadline = Date.now() + DEADLINE_MS;
  const names = lane ? [lane] : await lanes();
  const linger = new Linger(lane, lingerMs, deadline);
  let total = 0;
  try {
    do {
      const counts = await Promise.all([
        ...names.map((name) => drainSubmits(name, deadline)),
        drainSettlements(deadline),
        drainCancels(deadline),
      ]);
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

const aboutMessage = ({ item, msg_id }: Message) => ({ job: item.job.id, msg_id });

/** Works on all at the same time. One that throws keeps its lease and comes back when it ends; the others are not its concern. */
function each<Work>(
  what: string,
  about: (one: Work) => Record<string, unknown>,
  work: (one: Work) => Promise<void>,
): (all: Work[]) => Promise<void> {
  return async (all) => {
    await Promise.all(all.map((one) => work(one).catch((error) => logError(what, error, about(one)))));
  };
}

async function drain<Work>(
  next: () => Promise<Work[]>,
  workOn: (all: Work[]) => Promise<void>,
  deadline: number,
): Promise<number> {
  let count = 0;
  while (Date.now() < deadline) {
    const all = await next();
    if (all.length === 0) break;
    count += all.length;
    await workOn(all);
  }
  return count;
}
