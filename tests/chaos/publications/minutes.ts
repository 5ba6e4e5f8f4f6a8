/**
 * Minutes pass within a run: what would be looked at again in half a minute or more is looked at in a moment, once it is
 * sure that nobody is at it. Only times are moved, in the run's own database.
 */
import type postgres from "postgres";
import { pause } from "../patience.ts";

const EVERY_MS = 700;

export class PassingMinutes {
  #stopped = false;

  /** `lease`: of the lane, in seconds. */
  constructor(private readonly sql: postgres.Sql, private readonly lease: number) {}

  async start(): Promise<void> {
    while (!this.#stopped) {
      await this.#pass().catch(() => {}); // the database may just be down
      await pause(EVERY_MS);
    }
  }

  stop(): void {
    this.#stopped = true;
  }

  async #pass(): Promise<void> {
    const { sql, lease } = this;
    // A commit was given up before its lease ended; what was late of it has come by now, or never will.
    await sql`
      update public.job_attempts set submit_until = submit_until - interval '40 seconds'
      where outcome is null and phase = 'submitting' and submit_until between now() - interval '30 seconds'
        and now() - interval '3 seconds'`;
    await sql`
      update public.job_attempts set none_at = none_at - interval '60 seconds'
      where outcome is null and phase = 'submitting' and none_at between now() - interval '60 seconds'
        and now() - interval '2 seconds'`;
    await sql`
      update pgmq.q_publication_queue set vt = clock_timestamp() + interval '1 second'
      where vt > clock_timestamp() + ${lease + 1} * interval '1 second'`;
    await sql`
      update private.platforms set paused_until = now() + interval '1 second'
      where paused_until between now() + interval '3 seconds' and now() + interval '1 day'`;
    // A limit that was counted is waited for; one that a platform told is over sooner here.
    await sql`
      update public.connections set held_until = now() + interval '1 second'
      where state = 'limited' and state_code <> 'posting_limit' and held_until > now() + interval '3 seconds'`;
    await sql`
      update public.jobs set run_at = now() + interval '1 second'
      where lane = 'publication' and status = 'pending' and run_at > now() + interval '3 seconds'
        and run_at < expires_at - interval '1 minute'`;
    // A worker that died over a renewal: its call has ended by then.
    await sql`
      update private.connection_tokens set refresh_claimed_until = now()
      where refresh_claimed_until between now() and now() + interval '45 seconds'`;
    await sql`
      update private.group_media set claimed_until = now()
      where claimed_until between now() and now() + interval '100 seconds'`;
  }
}
