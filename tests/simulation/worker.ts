/**
 * Those who work on publications, in place of the functions: they receive messages, see to an access, publish, and
 * tell the engine what came of it, by its own functions. Each takes as long as its platform has it, and no time
 * passes otherwise.
 */
import type { PlatformName } from "../../shared/words/platforms.ts";
import type { Random } from "../world/random.ts";
import { renewed } from "./access.ts";
import type { Agenda } from "./agenda.ts";
import type { Database } from "./database.ts";
import type { PlatformBooks } from "./platform_books.ts";

/** What `worker.receive` gives, as far as it is looked at. */
interface Message {
  readonly queue: string;
  readonly msg_id: number;
  readonly item: {
    readonly job: { readonly id: string; readonly deadline_at: string };
    readonly attempt: {
      readonly token: string;
      readonly phase: string;
      readonly submits: number;
      readonly started_at: string;
    };
    readonly publication: {
      readonly committed_at: string | null;
      readonly connection: { readonly id: string; readonly platform: PlatformName };
      readonly app: { readonly api_version: string | null };
    };
    readonly lane_circuit: {
      readonly failures: number;
      readonly opened_at: string | null;
      readonly probe_at: string | null;
    };
  };
}

interface Failure {
  readonly class: "never" | "backoff" | "wait" | "pause" | "reconnect" | "unknown";
  readonly scope: "publication" | "connection" | "platform";
  readonly code: string;
  readonly message: string;
  readonly retry_after_ms?: number;
}

/** How often a commit goes wrong, of all. */
const FATES = { refused: 0.01, lostBefore: 0.01, lostAfter: 0.01 };
/** How many may be worked on at once: document 003. */
const SLOTS = 5;
const AWAY_SECONDS = 15;

/** What was done with the publications, as those who did it saw it. */
export interface Done {
  readonly refused: Set<string>;
  readonly lost: Set<string>;
  readonly complaints: string[];
  mostAtOnce: number;
}

export class Workers {
  readonly done: Done = { refused: new Set(), lost: new Set(), complaints: [], mostAtOnce: 0 };
  readonly #busy = new Map<string, string>();

  constructor(
    private readonly database: Database,
    private readonly books: Readonly<Record<PlatformName, PlatformBooks>>,
    private readonly agenda: Agenda,
    private readonly random: Random,
  ) {}

  /** Receives what there is, and begins with it. */
  async receive(): Promise<void> {
    while (this.#busy.size < SLOTS) {
      const messages = await this.database.rows<Message & Record<string, unknown>>(
        "select * from worker.receive('publication', $1)",
        [SLOTS - this.#busy.size],
      );
      if (messages.length === 0) return;
      for (const message of messages) this.#begin(message);
    }
  }

  #begin(message: Message): void {
    const { job, publication: { connection }, attempt } = message.item;
    const { complaints } = this.done;
    if ([...this.#busy.values()].includes(connection.id)) {
      complaints.push(`two at once with ${connection.id}`);
    }
    this.#busy.set(job.id, connection.id);
    this.done.mostAtOnce = Math.max(this.done.mostAtOnce, this.#busy.size);
    const book = this.books[connection.platform];
    const isAway = book.isAway(this.database.now);
    const seconds = attempt.phase === "submitting" ? 1 : isAway ? AWAY_SECONDS : book.terms.workSeconds;
    this.agenda.add(this.database.now + seconds * 1000, async () => {
      this.#busy.delete(job.id);
      await this.#work(message, book);
    });
  }

  async #work(message: Message, book: PlatformBooks): Promise<void> {
    const { attempt, lane_circuit } = message.item;
    if (attempt.phase === "submitting") return await this.#lookFor(message, book);
    const probe = Date.parse(lane_circuit.probe_at ?? "") - this.database.now;
    const isProbe = Date.parse(attempt.started_at) >= Date.parse(lane_circuit.opened_at ?? "");
    if (probe > 0 && !isProbe) return await this.#fail(message, unreachable("platform_paused", probe));
    await this.#publish(message, book);
  }

  async #publish(message: Message, book: PlatformBooks): Promise<void> {
    const { now } = this.database;
    const { publication: { connection, app }, lane_circuit, job } = message.item;
    if (book.isAway(now)) {
      await this.database.call("worker.platform_down", { p_platform: book.name, p_reason: "no answer" });
      return await this.#fail(message, unreachable("unreachable"));
    }
    if (lane_circuit.failures > 0) await this.database.call("worker.platform_up", { p_platform: book.name });
    const access = await renewed(this.database, book, connection.id);
    if (access === null) return await this.#fail(message, RECONNECT);
    if (!book.knows(app.api_version, now)) {
      book.request(access, now);
      return await this.#fail(message, SUNSET);
    }
    const p_terms = { resubmit: book.terms.isAsked ? "at_least_once" : "reconcile_only", can_stop: false };
    const { verdict } = await this.database.call<{ verdict: string }>("worker.commit_publication", {
      ...about(message),
      p_terms,
    });
    if (verdict !== "commit") return;
    const fate = this.random.next();
    if (fate < FATES.refused) {
      this.done.refused.add(job.id);
      return await this.#fail(message, REFUSED);
    }
    const isLostBefore = fate < FATES.refused + FATES.lostBefore;
    if (!isLostBefore) book.post(job.id, access, now);
    if (isLostBefore || fate < FATES.refused + FATES.lostBefore + FATES.lostAfter) {
      this.done.lost.add(job.id);
      return await this.#later(message);
    }
    await this.#isThere(message);
  }

  /** A commit is in doubt: the platform is asked, and what it does not show twice is published again. */
  async #lookFor(message: Message, book: PlatformBooks): Promise<void> {
    const { job, attempt } = message.item;
    const { now } = this.database;
    if (book.terms.isAsked && !book.isAway(now)) {
      if (book.posts.has(job.id)) return await this.#isThere(message);
      const nones = await this.database.call<number>("worker.none_found", {
        p_job_id: job.id,
        p_token: attempt.token,
      });
      if (nones >= 2) return await this.#publish(message, book);
    }
    if (now < Date.parse(job.deadline_at)) return await this.#later(message);
    await this.database.call("worker.submit_unknown", about(message));
  }

  async #isThere(message: Message): Promise<void> {
    const post = `post-of-${message.item.job.id}`;
    await this.database.call("worker.committed", { ...about(message), p_id: post });
    await this.database.call("worker.published", {
      ...about(message),
      p_post_id: post,
      p_permalink: `https://platform.example/${post}`,
    });
  }

  /** Puts a look off: for half as long as the commit is ago, a minute at the most. */
  async #later({ queue, msg_id, item: { job, attempt, publication } }: Message): Promise<void> {
    const ago = (this.database.now - Date.parse(publication.committed_at ?? "")) / 2_000;
    const seconds = Math.ceil(Math.min(Math.max(5, ago || 0), 60));
    await this.database.call("worker.defer", {
      p_queue: queue,
      p_msg_id: msg_id,
      p_delay: `${seconds} seconds`,
      p_job_id: job.id,
      p_token: attempt.token,
    });
  }

  async #fail(message: Message, failure: Failure): Promise<void> {
    await this.database.call("worker.publication_failed", {
      ...about(message),
      p_failure: failure,
      p_all_over: message.item.attempt.submits > 0,
    });
  }
}

const RECONNECT: Failure = {
  class: "reconnect",
  scope: "connection",
  code: "access_refused",
  message: "Its owner is to connect it anew",
};
const SUNSET: Failure = {
  class: "pause",
  scope: "platform",
  code: "version_sunset",
  message: "The version has ended",
};
const REFUSED: Failure = { class: "never", scope: "publication", code: "refused", message: "No." };

function unreachable(code: string, ms?: number): Failure {
  const wait = ms === undefined ? {} : { retry_after_ms: ms };
  return { class: "wait", scope: "publication", code, message: "It does not answer", ...wait };
}

function about({ queue, msg_id, item: { job, attempt } }: Message) {
  return { p_job_id: job.id, p_token: attempt.token, p_queue: queue, p_msg_id: msg_id };
}
