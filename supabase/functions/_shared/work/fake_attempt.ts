/** For tests of crashes: an attempt as the database keeps it. */
import type { EngineAnswer, FakeSupabase } from "../engine/fake_supabase.ts";
import { messageFor } from "../engine/work_item_fixture.ts";
import type { Message } from "../engine/work_item.ts";
import { WITHOUT_FILES } from "../providers/runninghub/fake_runninghub.ts";

const LEASE_MS = 60_000;
const TIMEOUT_MS = 30 * 60_000;

/** One attempt, kept by the contract of schema `worker`, by a clock that the test moves. */
export class FakeAttempt {
  now = Date.now();
  phase: Message["item"]["attempt"]["phase"] = "dispatched";
  submits = 0;
  submitUntil = 0;
  nones = 0;
  noneAt = 0;
  deadline: number | null = null;
  externalId: string | null = null;
  visibleAt = 0;
  /** The message is acknowledged: the attempt goes on without this worker, or has ended. */
  isDone = false;
  ending: string | null = null;

  /** Answers the calls of `project` from now on. */
  answer(project: FakeSupabase): void {
    const done = (ending: string) => {
      this.isDone = true;
      this.ending = ending;
    };
    const answers: Record<string, (args: Record<string, unknown>) => unknown> = {
      checkpoint: ({ p_terms }) => {
        if (!this.#maySubmit(p_terms as { resubmit: string })) return false;
        Object.assign(this, { phase: "submitting", submits: this.submits + 1, nones: 0, noneAt: 0 });
        this.submitUntil = this.visibleAt = this.now + LEASE_MS;
        this.deadline ??= this.now + TIMEOUT_MS;
        return true;
      },
      none_found: () => {
        const counts = this.submitUntil + 30_000 < this.now && this.noneAt + 60_000 <= this.now;
        if (counts) Object.assign(this, { nones: this.nones + 1, noneAt: this.now });
        return this.nones;
      },
      submitted: ({ p_external_id }) => {
        this.externalId ??= String(p_external_id);
        this.phase = "submitted";
        done("submitted");
        return "processing";
      },
      attempt_failed: ({ p_retry_class }) => {
        if (this.submits > 1 || this.externalId !== null) return "in_doubt";
        done(String(p_retry_class));
        return "retried";
      },
      submit_unknown: () => {
        if (this.externalId !== null) return "known";
        done("submit_unknown");
        return "failed";
      },
      defer: ({ p_delay }) => void (this.visibleAt = this.now + parseInt(String(p_delay)) * 1000),
      acknowledge: () => done("acknowledged"),
    };
    project.answers = answers as Record<string, EngineAnswer>;
  }

  #maySubmit({ resubmit }: { resubmit: string }): boolean {
    if (this.phase === "dispatched") return true;
    if (this.phase !== "submitting" || this.externalId !== null || this.submitUntil >= this.now) return false;
    if (resubmit === "at_least_once") return this.nones >= 2 && this.submits < 3;
    return resubmit === "idempotent";
  }

  /** The message as a worker reads it now. */
  message(readCount: number): Message {
    const time = (ms: number) => new Date(ms).toISOString();
    return messageFor("", {
      readCount,
      toolSettings: WITHOUT_FILES,
      job: { deadline_at: this.deadline === null ? null : time(this.deadline) },
      attempt: {
        phase: this.phase,
        external_id: this.externalId,
        submits: this.submits,
        nones: this.nones,
        submit_until: this.submits === 0 ? null : time(this.submitUntil),
      },
    });
  }
}
