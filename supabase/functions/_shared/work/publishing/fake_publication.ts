/** For tests of crashes: a publication as the database keeps it, by the contract of schema `worker`, on a clock that the test moves. */
import type { EngineAnswer, FakeSupabase } from "../../engine/fake_supabase.ts";
import { publicationMessage } from "../../engine/publication_fixture.ts";
import type { Message } from "../../engine/work_item.ts";

const LEASE_MS = 60_000;
const GRACE_MS = 30_000;
const TIMEOUT_MS = 30 * 60_000;
const MOST_ATTEMPTS = 4;

type Args = Record<string, unknown>;

export class FakePublication {
  now = Date.now();
  readonly deadline = this.now + TIMEOUT_MS;
  phase: Message["item"]["attempt"]["phase"] = "preparing";
  attempt = 1;
  submits = 0;
  submitUntil = 0;
  nones = 0;
  noneAt = 0;
  externalId: string | null = null;
  checkpoint: Args = {};
  facts: Args = {};
  /** When the message can be seen next. */
  visibleAt = 0;
  steps: string[] = [];
  /** How the job ended; null: not yet. */
  ending: string | null = null;
  commits: number[] = [];

  /** Answers the calls of `project` from now on. */
  answer(project: FakeSupabase): void {
    const again = () => {
      Object.assign(this, { phase: "preparing", submits: 0, nones: 0, noneAt: 0, externalId: null });
      Object.assign(this, { visibleAt: this.now + 1_000, checkpoint: {} });
    };
    const delayed = (args: Args) =>
      this.visibleAt = this.now +
        (args.p_delay === undefined ? LEASE_MS : parseInt(String(args.p_delay)) * 1000);
    const answers: Record<string, (args: Args) => unknown> = {
      publication_step: (args) => {
        if (this.ending) return false;
        for (const name of args.p_forget as string[]) delete this.facts[name];
        Object.assign(this.facts, args.p_facts);
        this.steps.push(String(args.p_name));
        delayed(args);
        return true;
      },
      commit_publication: ({ p_terms }) => {
        if (!this.#maySend(p_terms as { resubmit: string })) return { verdict: "superseded" };
        Object.assign(this, { phase: "submitting", submits: this.submits + 1, nones: 0, noneAt: 0 });
        this.submitUntil = this.visibleAt = this.now + LEASE_MS;
        this.commits.push(this.now);
        return { verdict: "commit" };
      },
      committed: ({ p_id }) => {
        this.externalId ??= String(p_id);
        Object.assign(this, { phase: "submitted", visibleAt: this.now + LEASE_MS });
        return this.ending ? "failed" : "processing";
      },
      published: () => this.#ends("completed"),
      publication_failed: ({ p_failure, p_all_over }) => {
        const { class: failureClass } = p_failure as { class: string };
        if (this.ending) return "late";
        const isRefusal = this.submits === 1 && this.phase === "submitting" && failureClass !== "unknown";
        if (this.submits > 0 && !p_all_over && !isRefusal) return "in_doubt";
        if (failureClass === "never") return this.#ends("failed");
        if (failureClass === "backoff" && ++this.attempt > MOST_ATTEMPTS) return this.#ends("failed");
        again();
        return "retried";
      },
      none_found: () => {
        const isCounted = this.submitUntil + GRACE_MS < this.now && this.noneAt + 60_000 <= this.now;
        if (isCounted) Object.assign(this, { nones: this.nones + 1, noneAt: this.now });
        return this.nones;
      },
      submit_unknown: () => this.externalId === null ? this.#ends("outcome_unknown") : "known",
      deadline_passed: () => this.now < this.deadline ? "not_yet" : this.#ends("outcome_unknown"),
      defer: (args) => {
        Object.assign(this.checkpoint, args.p_note);
        delayed(args);
        return null;
      },
      platform_down: () => false,
      platform_up: () => null,
    };
    project.answers = answers as Record<string, EngineAnswer>;
  }

  #ends(ending: string): string {
    this.ending ??= ending;
    return ending === "completed" ? "completed" : "failed";
  }

  #maySend({ resubmit }: { resubmit: string }): boolean {
    if (this.ending) return false;
    if (this.phase === "preparing") return true;
    if (this.phase !== "submitting" || this.externalId !== null || this.submitUntil >= this.now) return false;
    return resubmit === "at_least_once" && this.nones >= 2 && this.submits < 3 && this.now < this.deadline;
  }

  /** The message as a worker reads it now. */
  message(readCount: number): Message {
    const time = (ms: number) => new Date(ms).toISOString();
    return publicationMessage({
      readCount,
      job: { deadline_at: time(this.deadline) },
      attempt: {
        attempt: this.attempt,
        phase: this.phase,
        external_id: this.externalId,
        submits: this.submits,
        nones: this.nones,
        checkpoint: this.checkpoint,
        submit_until: this.submits === 0 ? null : time(this.submitUntil),
      },
      publication: {
        facts: { ...this.facts },
        committed_at: this.commits.length > 0 ? time(this.commits.at(-1) ?? 0) : null,
      },
    });
  }
}
