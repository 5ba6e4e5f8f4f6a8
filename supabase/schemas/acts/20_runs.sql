create table private.bulk_runs (
  run_id uuid primary key default private.uuid_v7(),
  action text not null,
  filter jsonb not null,
  reason text,
  actor uuid,
  actor_role text not null,
  called_as text not null,
  state text not null default 'running',
  items integer not null,
  done integer not null default 0,
  skipped integer not null default 0,
  failed integer not null default 0,
  begun_at timestamptz not null,
  beat_at timestamptz,
  ended_at timestamptz,
  constraint states_are_known check (state in ('running', 'done', 'aborted')),
  constraint what_is_not_running_has_ended check ((state = 'running') = (ended_at is null)),
  constraint no_more_is_done_than_there_is check (
    least(done, skipped, failed) >= 0 and done + skipped + failed <= items)
);
create index bulk_runs_open on private.bulk_runs (begun_at) where state = 'running';
create index bulk_runs_ended on private.bulk_runs (ended_at) where ended_at is not null;

alter table private.bulk_runs enable row level security;

comment on table private.bulk_runs is
  'Acts on jobs: what is to be done, and how far that is. Kept, with their jobs, for 30 days after their end.';
comment on column private.bulk_runs.skipped is
  'Jobs for which the action was no more when their turn had come, or that were refused.';
comment on column private.bulk_runs.failed is 'Jobs for which it raised an error.';
comment on column private.bulk_runs.beat_at is 'When it was last worked on; null: not yet.';

create table private.bulk_items (
  run_id uuid not null references private.bulk_runs (run_id) on delete cascade,
  n integer not null,
  job_id uuid not null, -- no foreign key: it may be deleted, by this very act
  outcome text,
  code text,
  message text,
  new_job_id uuid,
  tries integer not null default 0,
  next_at timestamptz,
  done_at timestamptz,
  primary key (run_id, n),
  constraint outcomes_are_known check (outcome in ('done', 'skipped', 'failed')),
  constraint what_has_an_outcome_has_a_time check ((outcome is null) = (done_at is null)),
  constraint tries_are_counted check (tries >= 0)
);
-- What is there to do?
create index bulk_items_to_do on private.bulk_items (run_id, n) where outcome is null;
create index bulk_items_by_job on private.bulk_items (job_id);

alter table private.bulk_items enable row level security;

comment on table private.bulk_items is 'The jobs of a run, in the order in which it is their turn.';
comment on column private.bulk_items.outcome is 'done, skipped or failed; null: its turn is to come.';
comment on column private.bulk_items.code is 'Why it was skipped, has failed, or is to be tried again.';
comment on column private.bulk_items.tries is 
  'How often it was put off, because somebody had the job or a limit stood in the way.';
comment on column private.bulk_items.next_at is 'Not before this time; null: as soon as it is its turn.';

create view ops.bulk_runs with (security_invoker = true) as
select run_id, action, filter, reason, actor, actor_role, state, items, done, skipped, failed,
  items - done - skipped - failed as to_do, begun_at, beat_at, ended_at
from private.bulk_runs;
comment on view ops.bulk_runs is
  'Acts on jobs and how far they are: of items jobs, done, skipped and failed, and to_do. state: running, done, or '
  'aborted (ops.abort_run; ops.resume_run takes it up again).';
revoke all on ops.bulk_runs from anon, authenticated, service_role;
