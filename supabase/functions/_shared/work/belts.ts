/** The belts of one worker: a lane's submits, what is to be settled, and the outboxes. */
import { type CancelItem, receiveCancels } from "../engine/cancels.ts";
import { receiveRenewals, type Renewal } from "../engine/connections.ts";
import { type ForgetItem, receiveForgets } from "../engine/forgets.ts";
import { receive, receiveSettlements } from "../engine/messages.ts";
import { receiveRevocations, type Revocation } from "../engine/revocations.ts";
import { takeStarted, wasTakenInVain } from "../engine/started.ts";
import type { Message } from "../engine/work_item.ts";
import { MEMORY } from "../files/memory.ts";
import { logError } from "../runtime/log.ts";
import { askTogether } from "./ask_together.ts";
import { Belt } from "./belt.ts";
import type { Course, Queue } from "./belt_run.ts";
import { workOnCancel } from "./cancels.ts";
import { workOnForget } from "./forgets.ts";
import { isSoon } from "./linger.ts";
import { MEANS } from "./publishing/means.ts";
import { isPublication, publishMessage } from "./publishing/publish.ts";
import { workOnRenewal } from "./renewals.ts";
import { workOnRevocation } from "./revocations.ts";
import { settleAnswered, settleMessage } from "./settle.ts";
import { submitMessage } from "./submit.ts";

/** Each may hold a part of a file, of up to 10 MB as a rule (docs/platforms). */
const MOST_PUBLICATIONS = 5;
/** Each may have files to copy. */
const MOST_SETTLEMENTS = 30;
const MOST_OF_AN_OUTBOX = 10;

const aboutMessage = ({ item, msg_id }: Message) => ({ job: item.job.id, msg_id });

/** What waits to be submitted in a lane. */
export function submitsOf(lane: string): Belt<Message> {
  let belt = lanes.get(lane);
  if (!belt) lanes.set(lane, belt = new Belt(laneQueue(lane)));
  return belt;
}
const lanes = new Map<string, Belt<Message>>();

function laneQueue(lane: string): Queue<Message> {
  const submit = async (message: Message, course: Course) => {
    const seconds = await submitOne(message, course);
    if (seconds !== null && isSoon(seconds)) course.soon.add(lane);
  };
  const holdsFiles = { most: MOST_PUBLICATIONS, relief: () => MEMORY.relief() };
  return {
    name: `lane ${lane}`,
    lease: (quantity) => receive(lane, quantity),
    begin: each("submit", aboutMessage, submit),
    ...lane === "publication" ? holdsFiles : {},
  };
}

/** In how many seconds there is more to do about it; null: nobody knows, or never. */
async function submitOne(message: Message, { deadline }: Course): Promise<number | null> {
  if (isPublication(message)) {
    const turned = await publishMessage(message, MEANS, deadline);
    return turned.is === "later" ? turned.seconds : null;
  }
  await submitMessage(message);
  return message.item.poll_seconds.after;
}

/** What is to be settled, of every lane. */
export const SETTLEMENTS: Belt<Message> = new Belt({
  name: "settlements",
  lease: receiveSettlements,
  begin: (messages, course) => {
    const answers = askTogether(messages);
    const settle = async (message: Message) => {
      const answer = await answers.get(message);
      if (answer) await settleAnswered(message, answer);
      else if (isPublication(message)) await publishMessage(message, MEANS, course.deadline);
      else await settleMessage(message);
    };
    return each("settle", aboutMessage, settle)(messages, course);
  },
  most: MOST_SETTLEMENTS,
  relief: () => MEMORY.relief(),
});

/** The outbox of cancels, of every lane. */
export const CANCELS: Belt<CancelItem> = new Belt({
  name: "cancels",
  lease: receiveCancels,
  begin: each("cancel", ({ job }) => ({ job: job.id }), async (item: CancelItem, course) => {
    const seconds = await workOnCancel(item);
    if (seconds !== null && isSoon(seconds)) course.soon.add(item.job.lane);
  }),
  most: MOST_OF_AN_OUTBOX,
});

/** What providers are to forget. */
export const FORGETS: Belt<ForgetItem> = new Belt({
  name: "forgets",
  lease: receiveForgets,
  begin: each("forget", ({ job }) => ({ job: job.id }), (item: ForgetItem) => workOnForget(item)),
  most: MOST_OF_AN_OUTBOX,
});

/** Accesses of connections that are to be kept alive. */
export const RENEWALS: Belt<Renewal> = new Belt({
  name: "renewals",
  lease: receiveRenewals,
  begin: each(
    "renewal",
    ({ connection_id }) => ({ connection: connection_id }),
    (renewal: Renewal) => workOnRenewal(renewal),
  ),
  most: MOST_OF_AN_OUTBOX,
});

/** Accesses that nobody wants any more. */
export const REVOCATIONS: Belt<Revocation> = new Belt({
  name: "revocations",
  lease: receiveRevocations,
  begin: each(
    "revocation",
    ({ id, platform }) => ({ revocation: id, platform }),
    (revocation: Revocation) => workOnRevocation(revocation),
  ),
  most: MOST_OF_AN_OUTBOX,
});

/**
 * Works on all at the same time. One that throws keeps its lease and comes back when that ends; the others are not its
 * concern. What ends an attempt gives its slot to the next job: that one's lane is drained at once; and a task that was taken
 * in vain is stopped.
 */
function each<Item>(
  what: string,
  about: (one: Item) => Record<string, unknown>,
  work: (one: Item, course: Course) => Promise<unknown>,
): Queue<Item>["begin"] {
  const workOn = async (one: Item, course: Course) => {
    try {
      await work(one, course);
    } catch (error) {
      logError(what, error, about(one));
    }
    for (const lane of takeStarted()) lead(course, submitsOf(lane));
    if (wasTakenInVain()) lead(course, CANCELS);
  };
  return (all, course) => all.map((one) => workOn(one, course));
}

function lead(course: Course, belt: Belt<Message> | Belt<CancelItem>): void {
  const { course: next, isFirst } = belt.drain(course.deadline);
  if (next !== course && !course.led.has(next)) course.led.set(next, isFirst);
}
