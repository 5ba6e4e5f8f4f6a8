create type private.placed as (job public.jobs, msg_id bigint, attempt public.job_attempts, queue text);
comment on type private.placed is
  'A job that has just been created, and the message of its attempt in the lane''s queue, where whoever created it has '
  'leased that; attempt: null unless it has started at once.';

create function private.place_job(
  p_job public.jobs, p_tool public.tools, p_lane private.lanes, p_balance bigint, p_is_leased boolean
) returns private.placed
language plpgsql set search_path = '' as $$
declare
  v_now timestamptz := private.now();
  v_available bigint;
  v_running bigint;
  v_slot_id bigint;
  v_account_id integer;
  v_account_name text;
  v_starts boolean;
  v_expires_at timestamptz;
  v_begun private.begun;
begin
  p_job.ticket := private.take_tickets(p_job.lane, p_job.user_id, p_job.priority, 1);
  if p_job.run_at <= v_now then p_job.run_at := null; end if;
  v_expires_at := coalesce(p_job.run_at, v_now) + p_tool.expires_after;
  select count(*) filter (where token is null and not is_retiring), count(token) into v_available, v_running
  from private.slots where lane = p_job.lane;
  if p_job.run_at is null and v_available > 0 then
    select * into v_slot_id, v_account_id, v_account_name from private.take_slot(p_lane, p_job.user_id, v_now);
  end if;
  v_starts := v_slot_id is not null;

  insert into public.jobs (id, user_id, tool, lane, effect, status, current_step, input, priority, ticket,
    max_attempts, run_at, expires_at, start_by, credits_charged, idempotency_key, idempotency_hash, metadata, attempt,
    dispatches, is_by_user, created_at, queued_at, started_at, updated_at, step_history)
  values (p_job.id, p_job.user_id, p_job.tool, p_job.lane, p_tool.effect,
    case when v_starts then 'processing' else 'pending' end::public.job_status,
    case when v_starts then 'starting' else 'queued' end::public.job_step, p_job.input, p_job.priority, p_job.ticket,
    p_tool.max_attempts, p_job.run_at, v_expires_at, v_expires_at, p_tool.credit_cost, p_job.idempotency_key,
    p_job.idempotency_hash, p_job.metadata, v_starts::integer, v_starts::integer,
    p_job.is_by_user, v_now, v_now,
    case when v_starts then v_now end, v_now,
    p_job.step_history
      || private.first_steps(v_now, p_tool.credit_cost, p_balance, v_available, v_running, case when v_starts then 1
           else private.jobs_ahead(p_job.lane, p_job.priority, p_job.ticket, p_job.id) + 1 end, p_job.run_at)
      || case when v_starts
           then private.starting(v_now, v_account_name, p_tool.settings, p_job.input, 1) else '[]' end)
  returning * into p_job;
  if v_starts then
    p_is_leased := p_is_leased and p_lane.delivery <> 'pull';
    -- As worker.receive leaves it, for who has it leased.
    v_begun := private.begin_first_attempt(p_lane, p_job, v_slot_id, v_account_id,
      case when p_is_leased and p_tool.settings ? 'files' then 'preparing' else 'dispatched' end::public.attempt_phase,
      p_is_leased);
  end if;
  return (p_job, v_begun.msg_id, v_begun.attempt, p_lane.queue_name)::private.placed;
end
$$;
comment on function private.place_job(public.jobs, public.tools, private.lanes, bigint, boolean) is
  'Writes a job that has been checked and paid for (p_job: id, user_id, tool, lane, input, priority, run_at, '
  'idempotency_key, idempotency_hash, metadata, is_by_user, and the uploads as step_history), with its place in the '
  'order; it starts at once if a slot is free and nobody waits, and then p_is_leased leases its message.';
revoke execute on function private.place_job(public.jobs, public.tools, private.lanes, bigint, boolean) from public;
