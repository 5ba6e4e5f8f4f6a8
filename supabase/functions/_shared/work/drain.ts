/** The drain: working until nothing is left. Any number may run at once; leases keep them out of each other's way. */
import { lanes, receive, receiveSettlements } from "../engine/messages.ts";
import type { Message } from "../engine/work_item.ts";
import { logError } from "../runtime/log.ts";
import { settleMessage } from "./settle.ts";
import { submitMessage } from "./submit.ts";

// The worker function lives for 150 s at the least and must answer for what it leases (docs/platform.md#worker-lifetime).
const DEADLINE_MS = 45_000;
const BATCH = 5;
const LINGER_POLL_MS = 250;

/** Submits what waits in `lane`, a few at a time, until there is nothing to submit. Returns how many. */
export async function drainLane(
  lane: string,
  deadline = Date.now() + DEADLINE_MS,
): Promise<number> {
  return await drain(
    "submit",
    () => receive(lane, BATCH),
    submitMessage,
    deadline,
  );
}

/** Settles what is due, of every lane. Returns how many. */
export async function drainSettlements(
  deadline = Date.now() + DEADLINE_MS,
): Promise<number> {
  return await drain(
    "settle",
    () => receiveSettlements(BATCH),
    (message) => settleMessage(message),
    deadline,
  );
}

/** Drains everything, then stays `lingerMs` for work that comes late. Returns how many messages were worked on. */
export async function drainAll(
  { lane, lingerMs = 0 }: { lane?: string; lingerMs?: number } = {},
): Promise<number> {
  const deadline = Date.now() + DEADLINE_MS;
  const names = lane ? [lane] : await lanes();
  let total = 0;
  let quietSince = Date.now();
  do {
    const counts = await Promise.all([
      ...names.map((name) => drainLane(name, deadline)),
      drainSettlements(deadline),
    ]);
    const worked = counts.reduce((sum, count) => sum + count, 0);
    total += worked;
    if (worked > 0) quietSince = Date.now();
    else if (Date.now() - quietSince < lingerMs) {
      await new Promise((resolve) => setTimeout(resolve, LINGER_POLL_MS));
    }
  } while (Date.now() - quietSince < lingerMs && Date.now() < deadline);
  return total;
}

async function drain(
  what: string,
  next: () => Promise<Message[]>,
  work: (message: Message) => Promise<void>,
  deadline: number,
): Promise<number> {
  let count = 0;
  while (Date.now() < deadline) {
    const messages = await next();
    if (messages.length === 0) break;
    count += messages.length;
    // One that throws keeps its lease and comes back when it ends; the others are not its concern.
    await Promise.all(
      messages.map((message) =>
        work(message).catch((error) =>
          logError(what, error, {
            job: message.item.job.id,
            msg_id: message.msg_id,
          })
        )
      ),
    );
  }
  return count;
}
