-- Effects: what a job changes besides itself. A project's node shows the job that was made for it, a model is what a
-- training leaves behind. Which of the two, if any, is the job's effect: its tool's, when it was created.
--
-- Triggers on `jobs` do it, so no function of the engine can forget it, and a job without effect costs a look at one
-- column. Each change of a job is put on a list; when the transaction commits, as its last act, the list is dealt with
-- at once: by set, one update and one broadcast for each project, together with the transition or not at all.
--
-- A commit is held for 250 ms at the most (the lock_timeout of apply_effects says it, once). What does not fit, be it
-- for a lock, for the size of a project or for their number, is left in `pending_effects` and applied ten seconds
-- later, or whenever it can be.
--
-- Locks. A project or model comes last of all (see the dispatch room). Its owner's app may hold it, so a transaction
-- that ends a job waits for one project or model, and only while it holds no other; everything else skips what is
-- locked. So no two transactions wait for each other, nothing in dispatch waits, and no job fails or hangs for its
-- effect.

create table public.job_effects (
  job_id uuid primary key references public.jobs (id) on delete cascade,
  user_id uuid not null,
  effect text not null,
  outcome text not null,
  message text,
  updated_at timestamptz not null,
  constraint outcomes_are_known check (outcome in ('applied', 'pending', 'superseded', 'project_missing',
    'node_missing', 'node_malformed', 'model_missing', 'model_url_missing', 'failed')),
  constraint failed_effects_say_why check (outcome <> 'failed' or message is not null)
);
create index effects_pending on public.job_effects (updated_at) where outcome = 'pending';
create index effects_by_time on public.job_effects (updated_at);

alter table public.job_effects enable row level security;
revoke all on public.job_effects from anon, authenticated, service_role;

comment on table public.job_effects is
  'What became of the effect of each job that has ended and has one. The job itself is what it is, whatever stands '
  'here.';
comment on column public.job_effects.outcome is
  'applied; pending (its project or model was in use, or there was no time for it; tried again every ten seconds); '
  'superseded (the node shows a newer job, a retry has the model); project_missing (or not the job owner''s), '
  'node_missing, node_malformed (data is no object), model_missing: reported, not recreated; model_url_missing; '
  'failed: see message.';
comment on column public.job_effects.message is 'The database''s error; null unless outcome is failed.';

grant select on public.job_effects to authenticated, service_role;

create policy "users see their own effects" on public.job_effects for select to authenticated
  using (user_id = (select private.caller()));
create policy "admins see all effects" on public.job_effects for select to esteira_admin
  using ((select private.is_admin()));

create table private.pending_effects (
  pending_id bigint generated always as identity primary key,
  job_id uuid not null,
  project_id uuid,
  is_new boolean not null,
  made_at timestamptz not null
);
create index pending_effects_by_project on private.pending_effects (project_id, pending_id);

alter table private.pending_effects enable row level security;

comment on table private.pending_effects is
  'Effects that are still to be applied, of jobs that have ended and of such as go on. Only added to and taken from, '
  'and refers to nothing, so that nobody waits for anybody.';
comment on column private.pending_effects.project_id is 'The project that the job names; null: a model.';
comment on column private.pending_effects.is_new is 'The job had just been created: its model is still to be made.';
