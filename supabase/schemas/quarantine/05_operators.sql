create function ops.release(p_job_id uuid default null, p_part text default null) returns integer
language plpgsql security definer set search_path = '' as $$
declare
  v_lanes text[];
begin
  with released as (
    delete from private.quarantine
    where job_id = coalesce(p_job_id, job_id) and part = coalesce(p_part, part) returning lane
  )
  select array_agg(lane) into v_lanes from released;
  perform private.dispatch(lane) from (select distinct lane from unnest(v_lanes) lane order by lane) lanes;
  return coalesce(cardinality(v_lanes), 0);
end
$$;
comment on function ops.release(uuid, text) is
  'Lets out of the quarantine, once what was wrong is mended: a job, what a part has set aside, or (without arguments) '
  'all. What raises again is set aside again. Returns from how many parts a job was released.';
revoke execute on function ops.release(uuid, text) from public;

create function private.end_set_aside(p_job public.jobs, p_message text, p_at timestamptz) returns void
language plpgsql set search_path = '' as $$
declare
  v_attempt public.job_attempts;
begin
  -- As everywhere: the slots before the attempts. A task that may live keeps its slot, and the outbox stops it.
  perform from private.slots s where s.job_id = p_job.id order by s.slot_id for update;
  for v_attempt in
    select * from public.job_attempts where job_id = p_job.id and finished_at is null order by attempt for update
  loop
    if private.is_committed(p_job, v_attempt) then
      perform private.end_unknown(p_job, v_attempt, p_message, p_at);
      return;
    end if;
    perform private.end_attempt(p_job, v_attempt, 'failed', 'cancelled', p_at, 'internal_error', p_message);
  end loop;
  perform private.fail_job(p_job, p_job.current_step, 'internal_error', p_message, p_at);
end
$$;
comment on function private.end_set_aside(public.jobs, text, timestamptz) is
  'Ends a locked, live job as failed and pays it back, not counted among its user''s refunds; a publication that may '
  'be there as outcome_unknown.';
revoke execute on function private.end_set_aside(public.jobs, text, timestamptz) from public;

create function ops.refund(p_job_id uuid, p_message text default 'Something went wrong on our side')
returns public.job_refund
language plpgsql security definer set search_path = '' as $$
declare
  v_job public.jobs;
begin
  select * into v_job from public.jobs where id = p_job_id for update;
  if not found or not exists (select from private.quarantine where job_id = p_job_id) then
    perform private.refuse(404, 'not_found', format('There is no job %s that is set aside.', p_job_id), 'job_id');
  end if;
  if v_job.status in ('pending', 'processing') then
    perform private.end_set_aside(v_job, p_message, private.now());
  else
    -- It has ended, and only its task and its price are open.
    perform worker.task_over(token, 'unknown') from private.cancels
    where job_id = p_job_id and over_at is null order by token;
    select * into v_job from public.jobs where id = p_job_id;
    if private.is_publication(v_job) then -- whether it is there, somebody has to say (ops.resolve_publication)
      return v_job.refund;
    elsif v_job.refund in ('due', 'withheld') then
      perform private.pay_back(v_job, false);
      update public.jobs set refund = 'paid' where id = p_job_id;
    end if;
  end if;
  delete from private.quarantine where job_id = p_job_id;
  perform private.dispatch(v_job.lane);
  return (select refund from public.jobs where id = p_job_id);
end
$$;
comment on function ops.refund(uuid, text) is
  'Ends a job that is set aside and cannot go on: failed with internal_error and p_message, its price paid back and '
  'not counted among its user''s refunds; of one that has ended already, the task is given up and a price that is '
  'due or was withheld is paid back. Returns what became of the price. Error: 404 not_found for a job that is not '
  'set aside; and whatever keeps it from ending, which is to be mended first.';
revoke execute on function ops.refund(uuid, text) from public;

create view ops.quarantine with (security_invoker = true) as
select q.job_id, q.part, q.lane, j.user_id, j.status, j.current_step, j.refund, q.error, q.sqlstate, q.since, q.last_at,
  q.times
from private.quarantine q left join public.jobs j on j.id = q.job_id;
comment on view ops.quarantine is
  'The jobs that are set aside, by which part, with what error, and where they stand. user_id is null where the job is '
  'gone and only a task of it is left.';
revoke all on ops.quarantine from anon, authenticated, service_role;

create view ops.faults with (security_invoker = true) as
select part, nullif(lane, '') as lane, error, sqlstate, since, last_at, times,
  last_at > private.now() - interval '10 minutes' as fails_now
from private.faults;
comment on view ops.faults is
  'What has failed as a whole, in a lane or altogether, and is tried again each time; fails_now: in the last ten '
  'minutes.';
revoke all on ops.faults from anon, authenticated, service_role;
