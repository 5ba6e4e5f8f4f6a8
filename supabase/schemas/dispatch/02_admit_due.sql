create function private.admit_due(p_lane text) returns integer
language plpgsql volatile set search_path = '' as $$
declare
  v_now timestamptz := private.now();
  v_count integer;
begin
  -- Looked for first: an update that finds nothing costs several times as much.
  perform from public.jobs where lane = p_lane and status = 'pending' and run_at is not null and run_at <= v_now
  order by run_at limit 1;
  if not found then return 0; end if;
  with due as (
    select id from public.jobs
    where lane = p_lane and status = 'pending' and run_at is not null and run_at <= v_now
    order by run_at limit 100
    for update skip locked
  )
  update public.jobs j set run_at = null from due where j.id = due.id;
  get diagnostics v_count = row_count;
  return v_count;
end
$$;
comment on function private.admit_due(text) is
  'Makes pending jobs ready whose run_at has come, at most 100 at a time. A retry keeps its ticket, so its place. '
  'Returns how many.';
revoke execute on function private.admit_due(text) from public;
