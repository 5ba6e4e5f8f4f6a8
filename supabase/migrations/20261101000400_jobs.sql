-- Jobs: one row for each piece of work of a user, and one for each attempt at it.
--
-- The row is the truth. Its named constraints are the state machine; a trigger numbers its versions and keeps terminal
-- states what they are. Owners read their rows; nobody writes them but the functions of the queue, webhook and settle
-- rooms, each of which moves a job by one transition in one transaction.
--
--   pending ──► processing ──► completed
--      ▲  └─┐       │  └─────► failed        pending: queued · processing: starting, running, webhook_received
--      └────┼───────┘ (retry)
--           └──────────────────► cancelled

create table public.jobs (
  id uuid primary key default private.uuid_v7(),
  user_id uuid not null references auth.users (id) on delete cascade,
  -- No foreign keys to these two: each job would lock the same few rows, twice in its first transaction. create_job
  -- reads them, and a tool that has jobs stays (see the guard below).
  tool text not null,
  lane text not null,
  effect text,
  status public.job_status not null default 'pending',
  current_step public.job_step not null default 'insert',
  step_history jsonb not null default '[]',
  failed_at_step public.job_step,
  error_code text,
  error_message text,
  input jsonb not null default '{}',
  output jsonb,
  output_url text,
  progress smallint,
  priority smallint not null default 0,
  ticket bigint not null,
  attempt smallint not null default 0,
  retry_count smallint not null default 0,
  max_attempts smallint not null default 3,
  run_at timestamptz,
  credits_charged integer not null default 0,
  idempotency_key text,
  request_id text,
  metadata jsonb not null default '{}',
  retried_from uuid references public.jobs (id) on delete set null,
  api_version text not null default 'v1',
  version integer not null default 1,
  created_at timestamptz not null default now(),
  queued_at timestamptz,
  started_at timestamptz,
  completed_at timestamptz,
  updated_at timestamptz not null default now(),
  deadline_at timestamptz,
  -- Both enums are in the order of a job's life. A constraint is read anew by every statement that writes: a range is
  -- read in half the time of a list.
  constraint status_and_step_agree check (case status
    when 'pending' then current_step <= 'queued'
    when 'processing' then current_step between 'starting' and 'webhook_received'
    else current_step::text = status::text
  end),
  constraint terminal_jobs_have_completed_at check ((status >= 'completed') = (completed_at is not null)),
  constraint failed_jobs_name_the_step check ((status = 'failed') = (failed_at_step is not null)),
  constraint failed_jobs_name_the_error check (status <> 'failed' or error_message is not null),
  constraint processing_jobs_have_an_attempt check (status <> 'processing' or (attempt > 0 and started_at is not null and deadline_at is not null)),
  constraint only_pending_jobs_wait_for_a_time check (run_at is null or status = 'pending'),
  constraint completed_at_is_after_created_at check (completed_at >= created_at),
  constraint retries_stay_below_max_attempts check (retry_count between 0 and max_attempts),
  constraint effects_are_known check (effect in ('project_node', 'model')),
  constraint progress_is_a_percentage check (progress between 0 and 100),
  constraint history_is_an_array check (jsonb_typeof(step_history) = 'array'),
  constraint input_is_an_object check (jsonb_typeof(input) = 'object'),
  constraint metadata_is_an_object check (jsonb_typeof(metadata) = 'object')
) with (fillfactor = 70); -- a job is updated four times in its life, mostly in columns that no index holds

-- One index for each question.
create unique index idempotency_keys_are_unique_per_user on public.jobs (user_id, idempotency_key) where idempotency_key is not null;
create index waiting_jobs on public.jobs (lane, priority desc, ticket, id) where status = 'pending' and run_at is null; -- who is next?
create index jobs_due on public.jobs (lane, run_at) where status = 'pending' and run_at is not null;                  -- whose time has come?
create index live_jobs_by_user on public.jobs (user_id, lane, status) where status in ('pending', 'processing');      -- how much has this user going?
create index processing_jobs_by_deadline on public.jobs (deadline_at) where status = 'processing';                    -- who took too long?
create index jobs_by_user on public.jobs (user_id, created_at desc);                                                  -- what did I do?
create index jobs_by_request on public.jobs (request_id) where request_id is not null;                                -- whose is this provider's task?
create unique index a_job_is_retried_once on public.jobs (retried_from) where retried_from is not null;                             -- what became of the retry?

alter table public.jobs enable row level security;
revoke all on public.jobs from anon, authenticated, service_role;
comment on table public.jobs is 'One piece of work of one user: what was asked, where it stands, what came out.';
comment on column public.jobs.effect is 'What it changes besides itself, as its tool said when it was created (see the results room); null: nothing.';
comment on column public.jobs.current_step is 'Where it is; finer than status, meant for people. The last step of step_history, but for a job that a busy provider has sent back more than ten times.';
comment on column public.jobs.step_history is 'Array of {"step", "timestamp", …details}, only ever appended to.';
comment on column public.jobs.failed_at_step is 'Where it failed; null unless status is failed.';
comment on column public.jobs.output is 'What came out: {"files": [{bucket, path, content_type, bytes}], "data"?: {…}}, or null. data: what is no file, such as {model_url} of a training.';
comment on column public.jobs.output_url is 'Permanent address of the first output, for its owner''s token; null until completed, and where there are no files.';
comment on column public.jobs.ticket is 'Place in the lane''s fair order; lower is sooner.';
comment on column public.jobs.attempt is 'Number of the last attempt; every dispatch makes a new one.';
comment on column public.jobs.retry_count is 'Attempts used up by failures. Waiting for a busy or paused provider uses none.';
comment on column public.jobs.run_at is 'A pending job is not dispatched before this time; null: ready.';
comment on column public.jobs.request_id is 'The provider''s id of the last submitted task. Text: RunningHub''s have 19 digits.';
comment on column public.jobs.retried_from is 'The failed or cancelled job that this one does again; null: an original.';
comment on column public.jobs.version is 'Rises by one with each change; clients drop what is not newer.';
comment on column public.jobs.deadline_at is 'When the running attempt will have taken too long.';

grant select on public.jobs to authenticated, service_role;

create function private.first_visible_user() returns uuid
language sql stable set search_path = '' as $$
  select case when private.is_admin() then '00000000-0000-0000-0000-000000000000' else auth.uid() end
$$;
create function private.last_visible_user() returns uuid
language sql stable set search_path = '' as $$
  select case when private.is_admin() then 'ffffffff-ffff-ffff-ffff-ffffffffffff' else auth.uid() end
$$;
comment on function private.first_visible_user() is 'From here to private.last_visible_user() are the ids of the users whose rows the caller may see: their own alone, for an admin all. Null: nobody''s.';
comment on function private.last_visible_user() is 'Where the range that begins with private.first_visible_user() ends.';
grant execute on function private.first_visible_user(), private.last_visible_user() to authenticated;

-- A range rather than "their own, or an admin": no index finds a row by an OR, and an owner who lists their jobs would
-- read everybody's. For an owner the range is one id, found by the indexes that begin with it.
create policy "users see their own jobs, admins all" on public.jobs for select to authenticated
  using (user_id between (select private.first_visible_user()) and (select private.last_visible_user()));

alter table private.slots add constraint slots_are_held_by_jobs
  foreign key (job_id) references public.jobs (id) on delete set null;

create function private.keep_tools_with_jobs() returns trigger
language plpgsql set search_path = '' as $$
begin
  if exists (select from public.jobs where tool = old.tool) then
    raise exception 'the tool % has jobs; switch it off instead (is_enabled = false)', old.tool using errcode = 'foreign_key_violation';
  end if;
  return coalesce(new, old);
end
$$;
comment on function private.keep_tools_with_jobs() is 'Before a tool is deleted or renamed: refuses while there are jobs of it. Rare, so it may look through them all.';
create trigger tools_with_jobs_stay before delete on public.tools for each row execute function private.keep_tools_with_jobs();
create trigger tools_with_jobs_keep_their_name before update of tool on public.tools
  for each row when (old.tool <> new.tool) execute function private.keep_tools_with_jobs();

-- Attempts ------------------------------------------------------------------------------------------------------

create type public.attempt_phase as enum ('dispatched', 'preparing', 'submitting', 'submitted', 'settling', 'finished');
comment on type public.attempt_phase is 'How far an attempt got. After a crash in submitting, the provider may or may not have the task.';

create table public.job_attempts (
  job_id uuid not null references public.jobs (id) on delete cascade,
  attempt smallint not null,
  user_id uuid not null,
  token uuid not null default gen_random_uuid(),
  account_id integer, -- no foreign key: dispatch would have to wait for whoever changes the account
  external_id text,
  phase public.attempt_phase not null default 'dispatched',
  checkpoint jsonb not null default '{}',
  error_code text,
  error_message text,
  raw_api_response jsonb,
  raw_webhook_payload jsonb,
  started_at timestamptz not null default now(),
  submitted_at timestamptz,
  polled_at timestamptz,
  worker text,
  leased_until timestamptz,
  finished_at timestamptz,
  outcome text,
  primary key (job_id, attempt),
  constraint outcomes_are_known check (
    outcome in ('succeeded', 'failed', 'retried', 'waited', 'paused', 'cancelled', 'superseded', 'orphaned')),
  constraint finished_attempts_have_an_outcome check ((phase = 'finished') = (outcome is not null)),
  constraint finished_attempts_have_finished_at check ((outcome is not null) = (finished_at is not null)),
  constraint leases_have_a_worker check ((worker is null) = (leased_until is null))
) with (fillfactor = 60);
create index attempts_by_end on public.job_attempts (finished_at) where finished_at is not null;
create index open_attempts_by_account on public.job_attempts (account_id, started_at) where outcome is null;
create index leases_by_end on public.job_attempts (leased_until) where outcome is null and leased_until is not null; -- whose worker is gone?

alter table public.job_attempts enable row level security;
revoke all on public.job_attempts from anon, authenticated, service_role;
comment on table public.job_attempts is 'One try of a job at the provider, with the raw evidence of what was answered.';
comment on column public.job_attempts.token is 'Fencing token and secret of the callback URL: whoever writes for this attempt must show it. Granted to nobody.';
comment on column public.job_attempts.polled_at is 'When the reaper last had the provider asked, because no webhook had come.';
comment on column public.job_attempts.worker is 'Who claimed it, in a pull lane; null until then, and in other lanes.';
comment on column public.job_attempts.leased_until is 'When its worker is taken for gone unless it is heard of before; null until it is claimed, and in other lanes. Stays as it is when the attempt ends.';
comment on column public.job_attempts.checkpoint is 'What a crash must not make us do again, such as {"files": {"image": "api/….png"}} after an upload.';
comment on column public.job_attempts.raw_api_response is 'The provider''s last answer to a submit or a question, secrets redacted.';
comment on column public.job_attempts.raw_webhook_payload is 'The provider''s webhook body, secrets redacted; a JSON string where it was not JSON.';

-- Raw payloads can carry secrets and a provider's internals: admins see them, owners do not. Nobody sees the token.
grant select (job_id, attempt, user_id, account_id, external_id, phase, checkpoint, error_code, error_message,
  raw_api_response, raw_webhook_payload, started_at, submitted_at, polled_at, worker, leased_until, finished_at, outcome)
  on public.job_attempts to authenticated, service_role;
create policy "admins see attempts" on public.job_attempts for select to authenticated using ((select private.is_admin()));

-- History -------------------------------------------------------------------------------------------------------

create function private.step(p_step public.job_step, p_at timestamptz, p_details jsonb default '{}') returns jsonb
language plpgsql stable set search_path = '' as $$
begin
  return jsonb_build_object('step', p_step, 'timestamp', to_char(p_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'))
    || coalesce(jsonb_strip_nulls(p_details), '{}');
end
$$;
comment on function private.step(public.job_step, timestamptz, jsonb) is
  'One entry of step_history, to be appended with ||: {step, timestamp (UTC, microseconds), …p_details without its nulls}.';

create function private.extends(p_longer jsonb, p_shorter jsonb) returns boolean
language plpgsql immutable set search_path = '' as $$
begin
  return p_shorter = '[]' or p_shorter = jsonb_path_query_array(
    p_longer, '$[0 to $last]', jsonb_build_object('last', jsonb_array_length(p_shorter) - 1), silent => true);
end
$$;
comment on function private.extends(jsonb, jsonb) is 'Whether the array p_longer begins with all of the array p_shorter.';

create function private.guard_job() returns trigger
language plpgsql set search_path = '' as $$
begin
  if old.status in ('completed', 'failed', 'cancelled') and new.status is distinct from old.status then
    raise exception 'job % is % and stays so', old.id, old.status using errcode = 'check_violation';
  end if;
  if new.step_history is distinct from old.step_history and not private.extends(new.step_history, old.step_history) then
    raise exception 'the history of job % is only appended to', old.id using errcode = 'check_violation';
  end if;
  new.version := old.version + 1;
  new.updated_at := private.now();
  return new;
end
$$;
comment on function private.guard_job() is 'Before every update of a job: numbers the version, keeps terminal states and history.';
create trigger guard_job before update on public.jobs for each row execute function private.guard_job();

revoke execute on all functions in schema private, worker, ops from public;
