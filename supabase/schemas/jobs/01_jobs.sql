-- Jobs: one row for each piece of work of a user, and one for each attempt at it.
--
-- The row is the truth. Its named constraints are the state machine; a trigger numbers its versions and keeps terminal
-- states what they are. Owners read their rows; nobody writes them but the functions of the commands, dispatch, worker,
-- webhooks, pull and settle rooms, each of which moves a job by one transition in one transaction.
--
--   pending ──► processing ──► completed
--      ▲  └─┐       │  └─────► failed        pending: queued · processing: starting, running, webhook_received
--      └────┼───────┘ (retry)
--           └──────────────────► cancelled
--
-- How attempts end, and what that means for job, money and slot, is one contract in one room: endings.

create type public.job_refund as enum ('none', 'due', 'paid', 'withheld');
comment on type public.job_refund is
  'What became of a job''s price: none (nothing to give back, or nothing yet), due (the job has ended and its task may '
  'go on: decided when that is over), paid (given back), withheld (not given back: the task went on).';

create table public.jobs (
  id uuid primary key default private.uuid_v7(),
  -- No foreign key: it is checked again by a transaction that changes a job twice, and would wait for a user who
  -- leaves, who waits for the job. Creates lock the user's row (lock_creates), and a user who leaves takes them along.
  user_id uuid not null,
  -- Nor to these two: each job would lock the same few rows, twice in its first transaction. create_job
  -- reads them, and a tool that has jobs stays (see tools_with_jobs_stay).
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
  output_bytes bigint not null default 0,
  progress smallint,
  progress_is_estimate boolean not null default false,
  priority smallint not null default 0,
  ticket bigint not null,
  attempt integer not null default 0,
  dispatches integer not null default 0,
  waits integer not null default 0,
  retry_count integer not null default 0,
  max_attempts integer not null default 3,
  run_at timestamptz,
  expires_at timestamptz not null default now() + interval '24 hours',
  start_by timestamptz not null default now() + interval '24 hours',
  credits_charged integer not null default 0,
  refund public.job_refund not null default 'none',
  refundable boolean not null default true,
  idempotency_key text,
  idempotency_hash bytea,
  request_id text,
  metadata jsonb not null default '{}',
  is_by_user boolean not null default false,
  -- No foreign key either: whoever changes a job twice would wait for who has the old one, perhaps a user who leaves.
  -- What is deleted is forgotten here too (see jobs_are_forgotten in the privacy room).
  retried_from uuid,
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
  constraint processing_jobs_have_an_attempt
    check (status <> 'processing' or (attempt > 0 and started_at is not null)),
  constraint only_processing_jobs_have_a_deadline check (deadline_at is null or status >= 'processing'),
  constraint refunds_are_for_what_ended_without_a_result check (refund = 'none' or status > 'completed'),
  constraint counters_are_not_negative check (attempt >= 0 and dispatches >= 0 and waits >= 0),
  constraint only_pending_jobs_wait_for_a_time check (run_at is null or status = 'pending'),
  constraint completed_at_is_after_created_at check (completed_at >= created_at),
  constraint retries_stay_below_max_attempts check (retry_count between 0 and max_attempts),
  constraint effects_are_known check (effect in ('project_node', 'model')),
  constraint progress_is_a_percentage check (progress between 0 and 100),
  constraint nobody_guesses_the_end check (not progress_is_estimate or (progress is not null and progress < 100)),
  constraint history_is_an_array check (jsonb_typeof(step_history) = 'array'),
  constraint input_is_an_object check (jsonb_typeof(input) = 'object'),
  constraint metadata_is_an_object check (jsonb_typeof(metadata) = 'object')
) with (fillfactor = 70); -- a job is updated four times in its life, mostly in columns that no index holds

-- One index for each question.
create unique index idempotency_keys_are_unique_per_user on public.jobs (user_id, idempotency_key)
  where idempotency_key is not null;
-- Who is next?
create index waiting_jobs on public.jobs (lane, priority desc, ticket, id) where status = 'pending' and run_at is null;
-- Whose time has come?
create index jobs_due on public.jobs (lane, run_at) where status = 'pending' and run_at is not null;
-- How much has this user going?
create index live_jobs_by_user on public.jobs (user_id, lane, status) where status in ('pending', 'processing');
-- Who took too long? Looked for among all that run, which are as many as there are slots: the deadline itself changes
-- while they do, and is in no index for it.
create index processing_jobs on public.jobs (id) where status = 'processing';
-- Who has waited too long to begin?
create index live_jobs_by_start on public.jobs (start_by) where status in ('pending', 'processing');
-- What did I do?
create index jobs_by_user on public.jobs (user_id, created_at desc, id desc);
-- How much has this user stored?
create index stored_bytes_by_user on public.jobs (user_id) include (output_bytes) where output_bytes > 0;
-- What has failed? (Dead letters: settle room.)
create index failed_jobs on public.jobs (completed_at, id) where status = 'failed';
-- Whose is this provider's task?
create index jobs_by_request on public.jobs (request_id) where request_id is not null;
-- What became of the retry?
create unique index a_job_is_retried_once on public.jobs (retried_from) where retried_from is not null;

alter table public.jobs enable row level security;
revoke all on public.jobs from anon, authenticated, service_role;

comment on table public.jobs is 'One piece of work of one user: what was asked, where it stands, what came out.';
comment on column public.jobs.effect is
  'What it changes besides itself, as its tool said when it was created (see the effects room); null: nothing.';
comment on column public.jobs.current_step is
  'Where it is; finer than status, meant for people. The last step of step_history, but for a job that a busy '
  'provider has sent back more than ten times, and while starting hands over files: the history then ends with upload.';
comment on column public.jobs.step_history is 'Array of {"step", "timestamp", …details}, only ever appended to.';
comment on column public.jobs.failed_at_step is 'Where it failed; null unless status is failed.';
comment on column public.jobs.output is
  'What came out: {"files": [{bucket, path, content_type, bytes}], "data"?: {…}}, or null. data: what is no file, '
  'such as {model_url} of a training.';
comment on column public.jobs.output_url is
  'Permanent address of the first output, for its owner''s token; null until completed, and where there are no files.';
comment on column public.jobs.progress is 'In percent; only rises within an attempt. Null: nobody knows.';
comment on column public.jobs.progress_is_estimate is
  'Whether progress is a guess from how long its tool has taken lately, rather than what the provider or worker said.';
comment on column public.jobs.output_bytes is
  'How many bytes its files in Storage have together (private.output_bytes); 0 until completed.';
comment on column public.jobs.ticket is 'Place in the lane''s fair order; lower is sooner.';
comment on column public.jobs.attempt is
  'Number of the last attempt, or of the one that runs. Waiting for a busy or paused provider makes none.';
comment on column public.jobs.dispatches is 'How often it was given a slot; each time with a token of its own.';
comment on column public.jobs.waits is 'How often in a row a busy provider has sent it back.';
comment on column public.jobs.expires_at is
  'If no task of it has begun by then, it fails: max(created_at, run_at) and its tool''s expires_after.';
comment on column public.jobs.start_by is
  'The last moment for its next attempt to begin: expires_at, and after a failed attempt a third of its life earlier.';
comment on column public.jobs.refund is 'What became of its price when it ended; ops.credit_drift compares the ledger.';
comment on column public.jobs.refundable is
  'False: cancelling it now will not give its credits back. True: it will, if its task can still be stopped.';
comment on column public.jobs.retry_count is
  'Attempts used up by failures. Waiting for a busy or paused provider uses none.';
comment on column public.jobs.run_at is 'A pending job is not dispatched before this time; null: ready.';
comment on column public.jobs.idempotency_hash is
  'What was asked for with the idempotency key (see private.idempotency_hash); null without one.';
comment on column public.jobs.request_id is
  'The provider''s id of the last submitted task. Text: RunningHub''s have 19 digits.';
comment on column public.jobs.is_by_user is
  'Whether its user asked for it, rather than a server: each counts against a limit of its own.';
comment on column public.jobs.retried_from is
  'The failed or cancelled job that this one does again; null: an original.';
comment on column public.jobs.version is
  'Rises by one with each change but of deadline_at alone; clients drop what is not newer.';
comment on column public.jobs.deadline_at is
  'When the running attempt will have taken too long. Set when its task may first exist, null while it waits or is '
  'prepared, and again once the provider has reported success: then only copying can fail.';

grant select on public.jobs to authenticated, service_role;

-- Two policies for two roles rather than "their own, or an admin", for the sake of the indexes (see the admins' role).
create policy "users see their own jobs" on public.jobs for select to authenticated
  using (user_id = (select private.caller()));
create policy "admins see all jobs" on public.jobs for select to esteira_admin
  using ((select private.is_admin()));
