create function private.first_due(p_lane text) returns timestamptz
language plpgsql volatile set search_path = '' set enable_sort = off set jit = off as $$
begin
  -- Volatile, so that it sees what was committed before a lock was had; a linter would have it stable.
  -- @plpgsql_check_options: performance_warnings = off
  -- Compared by the caller: a plan that does not know the time to compare with takes it that a third of all jobs are
  -- due, and then looks for them through all that wait.
  return (
    select run_at from public.jobs where lane = p_lane and status = 'pending' and run_at is not null
    order by run_at limit 1);
end
$$;
comment on function private.first_due(text) is
  'When the first of a lane''s jobs that wait for a time is due; null: none does.';
revoke execute on function private.first_due(text) from public;

create function private.admit(p_jobs uuid[]) returns integer
language plpgsql set search_path = '' as $$
declare
  v_count integer;
begin
  update public.jobs set run_at = null where id = any (p_jobs);
  get diagnostics v_count = row_count;
  return v_count;
end
$$;
comment on function private.admit(uuid[]) is 'Makes jobs ready whose time has come, locked by the caller.';
revoke execute on function private.admit(uuid[]) from public;

create function private.admit_due(p_lane text) returns integer
language plpgsql volatile set search_path = '' as $$
declare
  v_now timestamptz := private.now();
  v_aside uuid[];
  v_due uuid[];
begin
  -- Looked for first: an update that finds nothing costs several times as much.
  if coalesce(private.first_due(p_lane) > v_now, true) then return 0; end if;
  v_aside := private.quarantined();
  with first as materialized (
    select id from public.jobs
    where lane = p_lane and status = 'pending' and run_at is not null and id <> all (v_aside)
    order by run_at limit 100
  ), due as (
    select j.id from first join public.jobs j on j.id = first.id where j.status = 'pending' and j.run_at <= v_now
    for update of j skip locked
  )
  select array_agg(id) into v_due from due;
  return private.do_all('dispatch', 'private.admit($1)', v_due);
end
$$;
comment on function private.admit_due(text) is
  'Makes pending jobs ready whose run_at has come, at most 100 at a time. A retry keeps its ticket, so its place. '
  'Returns how many.';
revoke execute on function private.admit_due(text) from public;
