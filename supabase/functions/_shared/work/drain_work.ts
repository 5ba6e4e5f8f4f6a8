/** One drain's work: batches of each kind, and what follows from them. */
import { type CancelItem, receiveCancels } from "../engine/cancels.ts";
import { receiveRenewals, type Renewal } from "../engine/connections.ts";
import { type ForgetItem, receiveForgets } from "../engine/forgets.ts";
import { receive, receiveSettlements } from "../engine/messages.ts";
import { receiveRevocations, type Revocation } from "../engine/revocations.ts";
import { takeStarted } from "../engine/started.ts";
import type { Message } from "../engine/work_item.ts";
import { logError } from "../runtime/log.ts";
import { askTogether } from "./ask_together.ts";
import { workOnCancel } from "./cancels.ts";
import { workOnForget } from "./forgets.ts";
import { isSoon, wakeAll } from "./linger.ts";
import { workOnRenewal } from "./renewals.ts";
import { workOnRevocation } from "./revocations.ts";
import { settleAnswered, settleMessage } from "./settle.ts";
import { submitMessage } from "./submit.ts";
import { MEANS } from "./publishing/means.ts";
import { isPublication, publishMessage } from "./publishing/publish.ts";
import { each, workOff } from "./work_off.ts";

const BATCH = 5;
const aboutMessage = ({ item, msg_id }: Message) => ({ job: item.job.id, msg_id });

/** Works until nothing is left or `deadline` (milliseconds since 1970) is past. */
export class DrainWork {
  readonly #following: Promise<number>[] = [];
  /** Lanes in which something is due soon. */
  readonly #soon = new Set<string>();

  constructor(readonly deadline: number) {}

  /** Submits what waits in a lane. Returns how many. */
  async submits(lane: string): Promise<number> {
    const submit = async (message: Message) => {
      const seconds = await this.#submit(message);
      if (seconds !== null && isSoon(seconds)) this.#soon.add(lane);
    };
    return await workOff(
      () => receive(lane, BATCH),
      each("submit", aboutMessage, this.#andFollow(submit)),
      this.deadline,
    );
  }

  /** Settles what is due, of every lane. Returns how many. */
  async settlements(): Promise<number> {
    const settleAll = async (messages: Message[]) => {
      const answers = await askTogether(messages);
      const settle = async (message: Message) => {
        const answer = answers.get(message);
        if (answer) await settleAnswered(message, answer);
        else if (isPublication(message)) await publishMessage(message, MEANS, this.deadline);
        else await settleMessage(message);
      };
      await each("settle", aboutMessage, this.#andFollow(settle))(messages);
    };
    return await workOff(() => receiveSettlements(BATCH), settleAll, this.deadline);
  }

  /** Works on the outbox of cancels, of every lane. Returns how many. */
  async cancels(): Promise<number> {
    const cancel = async (item: CancelItem) => {
      const seconds = await workOnCancel(item);
      if (seconds !== null && isSoon(seconds)) this.#soon.add(item.job.lane);
    };
    const about = ({ job }: CancelItem) => ({ job: job.id });
    return await workOff(
      () => receiveCancels(BATCH),
      each("cancel", about, this.#andFollow(cancel)),
      this.deadline,
    );
  }

  /** Has providers forget what is theirs to forget. Returns how many. */
  async forgets(): Promise<number> {
    const about = ({ job }: ForgetItem) => ({ job: job.id });
    const forget = each("forget", about, (item: ForgetItem) => workOnForget(item));
    return await workOff(() => receiveForgets(BATCH), forget, this.deadline);
  }

  /** Keeps accesses of connections alive, and gives back those that nobody wants. Returns how many. */
  async accesses(): Promise<number> {
    const aboutRenewal = ({ connection_id }: Renewal) => ({ connection: connection_id });
    const aboutRevocation = ({ id, platform }: Revocation) => ({ revocation: id, platform });
    const renew = each("renewal", aboutRenewal, (renewal: Renewal) => workOnRenewal(renewal));
    const revoke = each(
      "revocation",
      aboutRevocation,
      (revocation: Revocation) => workOnRevocation(revocation),
    );
    const counts = await Promise.all([
      workOff(() => receiveRenewals(BATCH), renew, this.deadline),
      workOff(() => receiveRevocations(BATCH), revoke, this.deadline),
    ]);
    return counts.reduce((sum, count) => sum + count, 0);
  }

  /** Begins to submit what the work may have started: what ends an attempt gives its slot to the next job. */
  follow(): void {
    for (const lane of takeStarted()) {
      this.#following.push(this.submits(lane).catch((error) => (logError("drain", error, { lane }), 0)));
    }
  }

  /** Waits for all that follows. Returns how many were submitted. */
  async followed(): Promise<number> {
    let total = 0;
    for (let drain = this.#following.shift(); drain; drain = this.#following.shift()) total += await drain;
    return total;
  }

  /** Waits for all that follows, then has a worker woken that stays for what is due soon. Returns how many were submitted. */
  async finish(): Promise<number> {
    const total = await this.followed();
    await wakeAll(this.#soon);
    return total;
  }

  /** In how many seconds there is more to do about it; null: nobody knows, or never. */
  async #submit(message: Message): Promise<number | null> {
    if (isPublication(message)) {
      const turned = await publishMessage(message, MEANS, this.deadline);
      return turned.is === "later" ? turned.seconds : null;
    }
    await submitMessage(message);
    return message.item.poll_seconds.after;
  }

  #andFollow<Work>(work: (one: Work) => Promise<void>): (one: Work) => Promise<void> {
    return async (one) => await work(one).finally(() => this.follow());
  }
}
