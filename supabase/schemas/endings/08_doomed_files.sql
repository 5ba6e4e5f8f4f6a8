create table private.doomed_files (
  doomed_id bigint generated always as identity primary key,
  bucket text,
  prefix text,
  is_exact boolean not null default false,
  owner_id text,
  job_id uuid,
  due_at timestamptz not null,
  tries integer not null default 0,
  constraint files_are_named_by_path_or_owner check (
    (owner_id is null) = (bucket is not null) and (owner_id is null) = (prefix is not null))
);
create index doomed_files_by_time on private.doomed_files (due_at);

alter table private.doomed_files enable row level security;

comment on table private.doomed_files is
  'Files that nobody may have: of jobs that ended without a result, of results that came too late, of users who are '
  'gone, and what is kept no longer (see the privacy room). SQL may not delete them; the worker does, by Storage.';
comment on column private.doomed_files.prefix is
  'All that begins with it goes, but what a completed job lists; is_exact: the one file of this path.';
comment on column private.doomed_files.owner_id is
  'Instead of bucket and prefix: all that this user has put anywhere.';
comment on column private.doomed_files.due_at is 'When it is to be done; a worker that has it moves this on.';

create function private.doom_late_files(p_job public.jobs, p_attempt integer, p_at timestamptz) returns void
language plpgsql set search_path = '' as $$
begin
  insert into private.doomed_files (bucket, prefix, job_id, due_at)
  values ('outputs', case p_job.status
      when 'completed' then format('%s/%s/%s-', p_job.user_id, p_job.id, p_attempt)
      else format('%s/%s/', p_job.user_id, p_job.id) end, p_job.id, p_at);
end
$$;
comment on function private.doom_late_files(public.jobs, integer, timestamptz) is
  'Has the files deleted of a result that came after a job''s end: those of the attempt, or all where the job has '
  'none.';
revoke execute on function private.doom_late_files(public.jobs, integer, timestamptz) from public;

create function worker.receive_doomed_files(p_qty integer default 10)
returns table (doomed_id bigint, bucket text, prefix text, is_exact boolean, keep text[], owner_id text)
language plpgsql security definer rows 10 set search_path = '' set plan_cache_mode = force_generic_plan
  set enable_seqscan = off set jit = off as $$
declare
  v_now timestamptz := private.now();
begin
  return query
    with due as materialized (
      select d.doomed_id from private.doomed_files d where d.due_at <= v_now
      order by d.due_at limit p_qty for update skip locked
    )
    update private.doomed_files d
    set tries = d.tries + 1, due_at = v_now + interval '1 minute' * power(2, least(d.tries, 8))
    from due where d.doomed_id = due.doomed_id
    returning d.doomed_id, d.bucket, d.prefix, d.is_exact, array(
      select f ->> 'path' from public.jobs j, jsonb_array_elements(j.output -> 'files') f
      where j.id = d.job_id and j.status = 'completed'
      union all -- asked for since
      select i.path from private.used_inputs(private.uuid_or_null(split_part(d.prefix, '/', 1))) i
      where d.is_exact and d.bucket = 'inputs' and i.path = d.prefix and i.until > v_now), d.owner_id;
end
$$;
comment on function worker.receive_doomed_files(integer) is
  'Leases up to p_qty prefixes whose files are to be deleted. is_exact: the prefix is the path of one file. keep: '
  'paths that stay: a completed job lists them, or a job has been given them since. owner_id: instead of bucket '
  'and prefix, whose files these are (worker.owned_files). They come back, later each time, until '
  'worker.doomed_files_deleted is told.';
revoke execute on function worker.receive_doomed_files(integer) from public;
grant execute on function worker.receive_doomed_files(integer) to service_role;

create function worker.doomed_files_deleted(p_doomed_id bigint) returns void
language plpgsql security definer set search_path = '' set plan_cache_mode = force_generic_plan
  set enable_seqscan = off set jit = off as $$
begin
  delete from private.doomed_files where doomed_id = p_doomed_id;
end
$$;
comment on function worker.doomed_files_deleted(bigint) is 'The files of a doomed prefix are gone.';
revoke execute on function worker.doomed_files_deleted(bigint) from public;
grant execute on function worker.doomed_files_deleted(bigint) to service_role;
