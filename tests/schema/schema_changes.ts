/** Changes of a schema, seen from the functions that were deployed before it. */

/** What a migration must not do to the functions that are deployed, and what it may. `told`: null for what it may. */
export const CHANGES: readonly [what: string, sql: string, told: RegExp | null][] = [
  [
    "a function is gone",
    "drop function worker.acknowledge(text, bigint)",
    /worker\.acknowledge\(p_msg_id, p_queue\): there is no such function/,
  ],
  [
    "a function has another name",
    "alter function worker.lanes() rename to all_lanes",
    /worker\.lanes\(\): there is no/,
  ],
  [
    "an argument is gone",
    `drop function worker.acknowledge(text, bigint);
     create function worker.acknowledge(p_msg_id bigint) returns void language sql as 'select'`,
    /worker\.acknowledge\(p_msg_id, p_queue\): there is no such function/,
  ],
  [
    "an argument has another name",
    `drop function worker.acknowledge(text, bigint);
     create function worker.acknowledge(p_queue text, p_message bigint) returns void language sql as 'select'`,
    /worker\.acknowledge\(p_msg_id, p_queue\): there is no such function/,
  ],
  [
    "an argument has another type",
    `drop function worker.acknowledge(text, bigint);
     create function worker.acknowledge(p_queue text, p_msg_id uuid) returns void language sql as 'select';
     grant execute on function worker.acknowledge(text, uuid) to service_role`,
    /worker\.acknowledge: the argument p_msg_id was bigint and is uuid/,
  ],
  [
    "an argument must be given that was not there",
    `drop function worker.acknowledge(text, bigint);
     create function worker.acknowledge(p_queue text, p_msg_id bigint, p_why text) returns void language sql as 'select'`,
    /worker\.acknowledge\(p_msg_id, p_queue\): there is no such function/,
  ],
  [
    "an argument may be given that was not there",
    `drop function worker.acknowledge(text, bigint);
     create function worker.acknowledge(p_queue text, p_msg_id bigint, p_why text default null) returns void
     language sql as 'select';
     grant execute on function worker.acknowledge(text, bigint, text) to service_role`,
    null,
  ],
  [
    "a call could be meant for two functions",
    "create function worker.acknowledge(p_queue text, p_msg_id bigint, p_why text default null) returns void language sql as 'select'",
    /worker\.acknowledge\(p_msg_id, p_queue\): could be any of 2 functions/,
  ],
  [
    "a function is taken from who calls it",
    "revoke execute on function worker.acknowledge(text, bigint) from service_role",
    /worker\.acknowledge\(p_msg_id, p_queue\): service_role may not call it/,
  ],
  [
    "a schema is taken from who uses it",
    "revoke usage on schema worker from service_role",
    /worker\.lanes\(\): service_role may not call it/,
  ],
  [
    "a column of a result is gone",
    `drop function worker.receive(text, integer, boolean);
     create function worker.receive(p_lane text, p_qty integer default 10, p_waits boolean default false)
     returns table (queue text, msg_id bigint, item jsonb)
     language sql as 'select null::text, 1::bigint, null::jsonb';
     grant execute on function worker.receive(text, integer, boolean) to service_role`,
    /worker\.receive: the result read_count is gone/,
  ],
  [
    "a result has another type",
    `drop function worker.checkpoint(uuid, uuid, jsonb, jsonb, text, bigint);
     create function worker.checkpoint(
       p_job_id uuid, p_token uuid, p_checkpoint jsonb, p_terms jsonb default '{}',
       p_queue text default null, p_msg_id bigint default null
     ) returns text language sql as 'select null::text';
     grant execute on function worker.checkpoint(uuid, uuid, jsonb, jsonb, text, bigint) to service_role`,
    /worker\.checkpoint: the result was boolean and is text/,
  ],
  [
    "one row is returned instead of many",
    `drop function worker.lanes();
     create function worker.lanes() returns text language sql as 'select null::text';
     grant execute on function worker.lanes() to service_role`,
    /worker\.lanes: returns one row, not many/,
  ],
  ["a row has one column more", "alter table public.jobs add column made_up text", null],
  [
    "a column that a function returns has another name",
    "alter table public.jobs rename column output_url to result_url",
    /public\.create_jobs: the result output_url is gone/,
  ],
  [
    "a column that is read has another name",
    "alter table public.tools rename column settings to wiring",
    /public\.tools: there is no column settings/,
  ],
  [
    "a column is taken from who reads it",
    "revoke select on public.jobs from authenticated",
    /public\.jobs\.\w+: authenticated may not select it/,
  ],
  [
    "a table has another name",
    "alter table public.ai_models rename to models",
    /public\.ai_models: there is no such table/,
  ],
];
