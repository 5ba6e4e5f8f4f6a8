/** The drain: working until nothing is left. Any number may run at once; leases keep them out of each other's way. */
import { type CancelItem, receiveCancels } from "../engine/cancels.ts";
import { type ForgetItem, receiveForgets } from "../engine/forgets.ts";
import { lanes, receive, receiveSettlements } from "../engine/messages.ts";
import type { Message } from "../engine/work_item.ts";
import { askTogether } from "./ask_together.ts";
import { workOnCancel } from "./cancels.ts";
import { cleanDoomedFiles } from "./doomed_files.ts";
import { workOnForget } from "./forgets.ts";
import { isSoon, Linger, wakeAll } from "./linger.ts";
import { settleAnswered, settleMessage } from "./settle.ts";
import { submitMessage } from "./submit.ts";
import { each, workOff } from "./work_off.ts";

// The worker function lives for 150 s at the least and must answer for what it leases (docs/platform.md#worker-lifetime).
const DEADLINE_MS = 45_000;
const BATCH = 5;

/**
 * Submits what waits in `lane`, a few at a time, until there is nothing to submit; then cancels. Has a worker woken that
 * stays for what is due soon. Returns how many.
 */
export async function drainLane(
  lane: string,
  deadline = Date.now() + DEADLINE_MS,
): Promise<number> {
  const soon = new Set<string>();
  const submits = await workOffSubmits(lane, deadline, soon);
  // A task that was taken for a job which had ended is to be stopped now.
  const cancels = await workOffCancels(deadline, soon);
  await wakeAll(soon);
  return submits + cancels;
}

/** Works on the outbox of cancels, of every lane; has a worker woken for what is due soon. Returns how many rows. */
export async function drainCancels(deadline = Date.now() + DEADLINE_MS): Promise<number> {
  const soon = new Set<string>();
  const cancels = await workOffCancels(deadline, soon);
  await wakeAll(soon);
  return cancels;
}

/** Settles what is due, of every lane. Returns how many. */
export async function drainSettlements(
  deadline = Date.now() + DEADLINE_MS,
): Promise<number> {
  return await workOff(() => receiveSettlements(BATCH), settleAll, deadline);
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
        ...names.map((name) => workOffSubmits(name, deadline)),
        drainSettlements(deadline),
        workOffCancels(deadline),
        workOffForgets(deadline),
        cleanDoomedFiles(deadline),
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

/** `soon`: gets the lane if a task is to be asked about soon. */
async function workOffSubmits(lane: string, deadline: number, soon?: Set<string>): Promise<number> {
  const submit = async (message: Message) => {
    await submitMessage(message);
    if (isSoon(message.item.poll_seconds.after)) soon?.add(lane);
  };
  return await workOff(() => receive(lane, BATCH), each("submit", aboutMessage, submit), deadline);
}

async function settleAll(messages: Message[]): Promise<void> {
  const answers = await askTogether(messages);
  await each("settle", aboutMessage, (message: Message) => {
    const answer = answers.get(message);
    return answer ? settleAnswered(message, answer) : settleMessage(message);
  })(messages);
}

async function workOffForgets(deadline: number): Promise<number> {
  const about = ({ job }: ForgetItem) => ({ job: job.id });
  return await workOff(
    () => receiveForgets(BATCH),
    each("forget", about, (item: ForgetItem) => workOnForget(item)),
    deadline,
  );
}

/** `soon`: gets the lanes in which a row is to be looked at again soon. */
async function workOffCancels(deadline: number, soon?: Set<string>): Promise<number> {
  const cancel = async (item: CancelItem) => {
    const seconds = await workOnCancel(item);
    if (seconds !== null && isSoon(seconds)) soon?.add(item.job.lane);
  };
  const about = ({ job }: CancelItem) => ({ job: job.id });
  return await workOff(() => receiveCancels(BATCH), each("cancel", about, cancel), deadline);
}
