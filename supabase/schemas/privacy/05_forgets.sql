create table private.forgets (
  token uuid primary key,
  job_id uuid not null,
  attempt integer not null,
  tool text not null,
  lane text not null,
  account_id integer,
  external_id text not null,
  checkpoint jsonb not null default '{}',
  started_at timestamptz not null,
  made_at timestamptz not null,
  next_at timestamptz not null,
  tries integer not null default 0
);
create index forgets_by_time on private.forgets (next_at);

alter table private.forgets enable row level security;

comment on table private.forgets is
  'The outbox of what providers are to forget: trained models whose user has left or thrown them away, and trainings '
  'whose model nobody will have. Beside the outbox of cancels: these tasks are over, and hold no slot.';
comment on column private.forgets.next_at is 'When it is to be done; a worker that has it moves this on.';

create function private.leave_forgets(p_job_ids uuid[], p_at timestamptz) returns integer
language plpgsql set search_path = '' as $$
declare
  v_count integer;
begin
  insert into private.forgets (
    token, job_id, attempt, tool, lane, account_id, external_id, checkpoint, started_at, made_at, next_at)
  select a.token, j.id, a.attempt, j.tool, j.lane, a.account_id, a.external_id, private.without_files(a.checkpoint),
    a.started_at, p_at, p_at
  from public.jobs j
  join public.job_attempts a on a.job_id = j.id and a.external_id is not null
    and (a.word = 'succeeded' or a.outcome = 'succeeded')
  join private.lanes l on l.lane = j.lane and l.delivery <> 'pull'
  where j.id = any (p_job_ids)
  on conflict (token) do nothing;
  get diagnostics v_count = row_count;
  return v_count;
end
$$;
comment on function private.leave_forgets(uuid[], timestamptz) is
  'Has what these trainings made deleted at their providers. Returns how many models.';
revoke execute on function private.leave_forgets(uuid[], timestamptz) from public;

create function private.forget_model() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  perform private.leave_forgets(array(select g."trainingJobId" from gone g), private.now());
  return null;
end
$$;
comment on function private.forget_model() is 'After models were deleted: has them deleted at their providers.';
revoke execute on function private.forget_model() from public;

create trigger models_are_forgotten_by_their_providers after delete on public.ai_models
  referencing old table as gone for each statement execute function private.forget_model();

create function private.forget_missed_model() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  perform private.leave_forgets(array[new.job_id], private.now());
  return null;
end
$$;
comment on function private.forget_missed_model() is
  'After a training ended whose model was thrown away meanwhile: has what it made deleted at its provider.';
revoke execute on function private.forget_missed_model() from public;

create trigger trainings_for_nobody_are_forgotten after insert or update of outcome on public.job_effects
  for each row when (new.effect = 'model' and new.outcome = 'model_missing')
  execute function private.forget_missed_model();

create function private.forget_orphan() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  -- The result of a job that ended before: its files are deleted, and so is a model. Not one that a job has taken.
  if exists (select from public.tools where tool = new.tool and effect = 'model')
     and not exists (select from public.job_attempts a join public.jobs j on j.id = a.job_id
       where a.job_id = new.job_id and a.external_id = new.external_id and a.outcome = 'succeeded'
         and j.status = 'completed') then
    insert into private.forgets (token, job_id, attempt, tool, lane, account_id, external_id, checkpoint, started_at,
      made_at, next_at)
    values (new.token, new.job_id, new.attempt, new.tool, new.lane, new.account_id, new.external_id,
      private.without_files(old.checkpoint), new.started_at, new.over_at, new.over_at)
    on conflict (token) do nothing;
  end if;
  return null;
end
$$;
comment on function private.forget_orphan() is
  'After the task of an ended training has gone on to its end, or may have: has what it made deleted at its provider.';
revoke execute on function private.forget_orphan() from public;

create trigger orphaned_models_are_forgotten after update of over_at on private.cancels
  for each row when (old.over_at is null and new.how in ('succeeded', 'unknown') and new.reason <> 'produced'
    and new.external_id is not null and new.external_id is distinct from new.accepted_id)
  execute function private.forget_orphan();
