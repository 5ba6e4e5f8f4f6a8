-- Effects: what a job changes besides itself. A project's node shows the job that was made for it, a model is what a
-- training leaves behind. Which of the two, if any, is the job's effect: its tool's, when it was created.
--
-- One deferred trigger on `jobs` does it, so no function of the engine can forget it, and a job without effect costs a
-- look at one column. It runs when the transaction commits, as its last act: together with the transition or not at
-- all.
--
-- Locks. A project or model comes last of all (see the dispatch room). Its owner's app may hold it, so:
--   · the end of a job waits for it, two seconds at most, and only while its transaction holds no other project or
--     model;
--   · what is in between (pending, processing, progress) skips one that is locked: the job's next change shows it;
--   · an end that could not wait is noted as pending in `job_effects` and applied ten seconds later, or whenever it can
--     be.
-- So no two transactions wait for each other, nothing in dispatch waits, and no job fails or hangs for its effect.

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
create index pending_effects on public.job_effects (updated_at) where outcome = 'pending';
create index effects_by_time on public.job_effects (updated_at);

alter table public.job_effects enable row level security;
revoke all on public.job_effects from anon, authenticated, service_role;

comment on table public.job_effects is
  'What became of the effect of each job that has ended and has one. The job itself is what it is, whatever stands '
  'here.';
comment on column public.job_effects.outcome is
  'applied; pending (its project or model was in use; tried again every ten seconds); superseded (the node shows a '
  'newer job, a retry has the model); project_missing (or not the job owner''s), node_missing, node_malformed (data '
  'is no object), model_missing: reported, not recreated; model_url_missing; failed: see message.';
comment on column public.job_effects.message is 'The database''s error; null unless outcome is failed.';

grant select on public.job_effects to authenticated, service_role;

create policy "users see their own effects, admins see all" on public.job_effects for select to authenticated
  using (user_id between (select private.first_visible_user()) and (select private.last_visible_user()));

create function private.note_effect(p_job public.jobs, p_outcome text, p_message text) returns void
language plpgsql set search_path = '' as $$
begin
  insert into public.job_effects as e (job_id, user_id, effect, outcome, message, updated_at)
  values (p_job.id, p_job.user_id, p_job.effect, p_outcome, p_message, private.now())
  on conflict (job_id) do update
  set outcome = excluded.outcome, message = excluded.message, updated_at = excluded.updated_at
  where (e.outcome, e.message) is distinct from (excluded.outcome, excluded.message);
end
$$;
comment on function private.note_effect(public.jobs, text, text) is
  'Writes down what became of the effect of an ended job.';
revoke execute on function private.note_effect(public.jobs, text, text) from public;
