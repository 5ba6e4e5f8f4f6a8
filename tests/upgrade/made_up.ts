/** Migrations that nobody will release: what a next release could do, rightly and wrongly. */
import type { Migration } from "@esteira/local-supabase/postgres/migrations";

/** A new column that must have a value, a function with another body, and shipped rows with other values. */
export const MADE_UP: Migration = {
  version: "29990101000000",
  name: "made_up",
  sql: `
    alter table public.jobs add column made_up text not null default 'before';

    do $do$
    begin
      -- What completes from now on is green.
      execute replace(
        pg_get_functiondef('worker.complete(uuid, uuid, jsonb, text, jsonb, text, bigint)'::regprocedure),
        $$status = 'completed',$$, $$status = 'completed', made_up = 'after',$$);
      execute replace(replace(replace(
        pg_get_functiondef('private.install_alert_rules()'::regprocedure),
        $$'attempts failed', '15 minutes', 20$$, $$'attempts failed', '15 minutes', 25$$),
        $$'accounts paused', '1 minute', 1$$, $$'accounts paused', '1 minute', 2$$),
        $$'schedules failed', '15 minutes', 3$$, $$'schedules failed', '15 minutes', 4$$);
    end
    $do$;

    select ops.install();`,
};

/** What must never be released, each with the claim that has to fail. */
export const BROKEN: { sql: string; claim: RegExp }[] = [
  {
    // Sends jobs to their provider again that it has already.
    sql: `
      with forgotten as (
        update public.job_attempts a set external_id = null, phase = 'dispatched', checkpoint = '{}'
        from public.jobs j
        where j.id = a.job_id and j.lane = 'fal' and j.status = 'processing' and a.outcome is null
        returning a.job_id, a.attempt
      )
      select pgmq.send('fal_queue', jsonb_build_object('job_id', job_id, 'attempt', attempt)) from forgotten;`,
    claim: /no provider was asked twice/,
  },
  {
    sql: "update public.credit_accounts set balance = balance - 1;",
    claim: /credit_drift/,
  },
  {
    sql:
      "delete from public.jobs where id = (select id from public.jobs where status = 'pending' order by id limit 1);",
    claim: /every job is there/,
  },
  {
    sql: `
      alter table public.credit_entries disable trigger the_ledger_is_only_appended_to;
      delete from public.credit_entries where kind = 'refund';
      alter table public.credit_entries enable trigger the_ledger_is_only_appended_to;`,
    claim: /charged once, and refunded once/,
  },
  {
    sql: `
      alter table public.jobs disable trigger guard_job;
      update public.jobs set output = null where status = 'completed';
      alter table public.jobs enable trigger guard_job;`,
    claim: /what had ended is as it was/,
  },
  {
    sql: `
      create or replace view ops.dead_letters with (security_invoker = true) as
      select id as job_id, user_id, tool, lane, error_code, error_message, failed_at_step, created_at,
        completed_at as failed_at
      from public.jobs where false;`,
    claim: /dead_letters/,
  },
  {
    sql: "delete from public.projects;",
    claim: /every effect/,
  },
  {
    sql: "update public.tools set credit_cost = 2 where tool = 'veste_ai';",
    claim: /what an operator changed/,
  },
  {
    sql: "update private.lanes set paused_until = 'infinity', pause_reason = 'forgotten' where lane = 'kie';",
    claim: /every job ended as it was to end/,
  },
];
