/** Users who are deleted in the middle of their jobs, as an operator does it, and what is left of them. */
import type postgres from "postgres";
import type { Environment } from "../world/environment.ts";
import type { Customer } from "./customers.ts";
import type { Leaver } from "./evidence.ts";
import type { PlannedJob } from "./mixture.ts";
import { pause, untilItWorks } from "./patience.ts";

/** Deletes a user by Auth's admin API. @returns when that was answered, in milliseconds since 1970. */
export async function leave(
  { deployment }: Environment,
  customer: Customer,
  afterMs: number,
): Promise<number> {
  await pause(afterMs);
  const { userId } = customer.user;
  await untilItWorks("the deletion of a user", async () => {
    const response = await fetch(`${deployment.apiUrl}/auth/v1/admin/users/${userId}`, {
      method: "DELETE",
      headers: { apikey: deployment.secretKey, authorization: `Bearer ${deployment.secretKey}` },
      signal: AbortSignal.timeout(60_000),
    });
    const text = await response.text();
    // Gone: deleted, but the answer was lost.
    if (response.ok || response.status === 404) return true;
    throw new Error(`${response.status} ${text}`);
  });
  customer.hasLeft = true;
  return Date.now();
}

/** Who has left, with what is still there of them. */
export async function lookBack(
  sql: postgres.Sql,
  left: readonly { customer: Customer; leftAt: number; jobs: readonly PlannedJob[] }[],
): Promise<Leaver[]> {
  return await Promise.all(left.map(async ({ customer: { user: { userId } }, leftAt, jobs }) => {
    const remains = await sql`
      select 'job ' || id as what from public.jobs where user_id = ${userId}
      union all select 'attempt of job ' || job_id from public.job_attempts where user_id = ${userId}
      union all select bucket_id || '/' || name from storage.objects
        where name like ${`${userId}/%`} or owner_id = ${userId}
      union all select 'an entry of the ledger' from public.credit_entries where user_id = ${userId}
      union all select 'the outbox, job ' || job_id from private.cancels where user_id = ${userId}
      union all select 'a webhook, job ' || job_id from private.webhook_events where user_id = ${userId}`;
    return {
      userId,
      leftAt,
      texts: new Set(jobs.map(({ text }) => text)),
      remains: remains.map(({ what }) => what),
    };
  }));
}
