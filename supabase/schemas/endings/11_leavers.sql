create table private.leavers (
  user_id uuid primary key,
  tombstone_id uuid not null,
  job_ids uuid[] not null default '{}',
  topics text[] not null default '{}',
  did jsonb not null default '{}',
  left_at timestamptz not null,
  due_at timestamptz not null,
  looks integer not null default 0
);
create index leavers_by_time on private.leavers (due_at);

alter table private.leavers enable row level security;

comment on table private.leavers is
  'Users who have left, while their traces are looked for (see the privacy room): at once, and again when every token '
  'of theirs has run out. Then the row goes, the last to name them.';
comment on column private.leavers.tombstone_id is 'Whose the ledger is from now on.';
comment on column private.leavers.topics is 'Where their changes were told.';
comment on column private.leavers.did is 'What was done when they left; see ops.forget_user.';

create function private.note_leaver(p_user_id uuid, p_at timestamptz) returns private.leavers
language plpgsql set search_path = '' as $$
declare
  v_leaver private.leavers;
begin
  insert into private.leavers as l (user_id, tombstone_id, job_ids, topics, left_at, due_at)
  values (p_user_id, gen_random_uuid(), array(select id from public.jobs where user_id = p_user_id),
    'jobs:' || p_user_id || array(select 'project:' || id from public.projects where user_id = p_user_id), p_at, p_at)
  on conflict (user_id) do update set job_ids = l.job_ids || excluded.job_ids, topics = l.topics || excluded.topics,
    due_at = excluded.due_at, looks = 0
  returning * into v_leaver;
  return v_leaver;
end
$$;
comment on function private.note_leaver(uuid, timestamptz) is
  'Notes whose traces are to be looked for, and the names under which they may be found. Returns the row.';
revoke execute on function private.note_leaver(uuid, timestamptz) from public;

create function private.without_files(p_checkpoint jsonb) returns jsonb
language plpgsql immutable set search_path = '' as $$
begin
  if jsonb_typeof(p_checkpoint -> 'files') is distinct from 'object' then return p_checkpoint - 'files'; end if;
  -- A provider may need to know which fields had files, and how many.
  return p_checkpoint || jsonb_build_object('files', (
    select coalesce(jsonb_object_agg(key, case jsonb_typeof(value)
      when 'array' then (select coalesce(jsonb_agg(''::text), '[]') from jsonb_array_elements(value))
      else '""' end), '{}')
    from jsonb_each(p_checkpoint -> 'files')));
end
$$;
comment on function private.without_files(jsonb) is
  'A checkpoint that knows no more how a provider names the files which a user had handed in.';
revoke execute on function private.without_files(jsonb) from public;

create function private.forget_cancels_of(p_user_id uuid, p_tombstone_id uuid) returns integer
language plpgsql set search_path = '' as $$
declare
  v_count integer;
begin
  -- Those of the jobs that there are, whose slots are locked; others are left to whoever works on them.
  with known as materialized (
    select c.token from private.cancels c join public.jobs j on j.id = c.job_id
    where j.user_id = p_user_id for update of c
  ), others as materialized (
    select c.token from private.cancels c where c.user_id = p_user_id and c.over_at is null
    for update of c skip locked
  )
  update private.cancels c set user_id = p_tombstone_id, checkpoint = private.without_files(c.checkpoint)
  where c.token in (select token from known union all select token from others);
  get diagnostics v_count = row_count;
  return v_count;
end
$$;
comment on function private.forget_cancels_of(uuid, uuid) is
  'The outbox goes on with the tasks of a user who leaves, and knows no more whose they were or what was handed in. '
  'Returns how many rows.';
revoke execute on function private.forget_cancels_of(uuid, uuid) from public;
