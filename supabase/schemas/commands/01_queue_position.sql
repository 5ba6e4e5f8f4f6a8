-- Commands: what is asked for on behalf of a user: the position in the queue, a new job or many, a retry, a cancel.
--
-- A new job is checked, paid for and placed in its lane's order in one transaction; create_jobs makes all of a batch or
-- none of it. create_job and create_jobs stand on the same rules: what is refused (refusals, check_waiting_limit,
-- check_input_files, charge), one create of a user at a time (lock_creates), the ticket (take_tickets) and the first
-- entries of the history (first_steps). They write apart: create_job is what a click waits for, and starts its job in
-- the statement that writes it; the statements of a batch would take half as long again for one job.
-- Locks: see the dispatch room.

create function private.jobs_ahead(p_lane text, p_priority smallint, p_ticket bigint, p_id uuid) returns integer
language plpgsql stable set search_path = '' set enable_sort = off set jit = off as $$
begin
  -- Two ranges of the index, each read no further than it goes.
  return (
    select count(*)::integer from (
      (select from public.jobs
       where lane = p_lane and status = 'pending' and run_at is null and priority > p_priority
       order by priority desc, ticket, id limit 1000)
      union all
      (select from public.jobs
       where lane = p_lane and status = 'pending' and run_at is null and priority = p_priority
         and (ticket, id) < (p_ticket, p_id)
       order by priority desc, ticket, id limit 1000)
      limit 1000) ahead);
end
$$;
comment on function private.jobs_ahead(text, smallint, bigint, uuid) is
  'How many waiting jobs come before this place in a lane; counts to 1,000 and no further.';
revoke execute on function private.jobs_ahead(text, smallint, bigint, uuid) from public;

create function public.queue_position(p_job_id uuid) returns jsonb
language plpgsql stable security definer set search_path = '' set plan_cache_mode = force_generic_plan
  set enable_seqscan = off set jit = off as $$
declare
  v_job public.jobs;
  v_ahead integer;
begin
  perform private.is_here();
  select * into v_job from public.jobs
  where id = p_job_id and (private.is_callers(user_id, null) or private.is_admin());
  if not found then perform private.refuse(404, 'not_found', 'You have no such job.'); end if;
  if v_job.status = 'pending' and v_job.run_at is null then
    v_ahead := private.jobs_ahead(v_job.lane, v_job.priority, v_job.ticket, v_job.id);
  end if;
  return jsonb_build_object(
    'position', v_ahead + 1,
    'exact', v_ahead < 1000,
    'ticket', v_job.ticket,
    'waiting', (select count(*) from (
      select from public.jobs where lane = v_job.lane and status = 'pending' and run_at is null
      order by priority desc, ticket, id limit 1000) w),
    'running', (select count(*) from private.slots where lane = v_job.lane and token is not null),
    'slots', (select count(*) from private.slots where lane = v_job.lane and not is_retiring));
end
$$;
comment on function public.queue_position(uuid) is
  'Where a job stands in its lane: {position, exact, ticket, waiting, running, slots}. position is 1 for the next '
  'job, null for one that is not waiting; beyond 1,000 it is 1001 and exact is false; waiting counts to 1,000 as '
  'well. For the job''s owner, admins and service_role. Error: 404 not_found.';
revoke execute on function public.queue_position(uuid) from public, anon;
grant execute on function public.queue_position(uuid) to authenticated, service_role;
