create function private.take(p_lane private.lanes, p_worker text, p_messages private.message[]) returns setof jsonb
language plpgsql rows 5 set search_path = '' set plan_cache_mode = force_generic_plan set enable_seqscan = off
  set jit = off as $$
declare
  v_now timestamptz := private.now();
  v_taken private.message[];
begin
  select array_agg(t.m) into v_taken from (
    select m from unnest(p_messages) m
    join public.jobs j on j.id = m.job_id and j.attempt = m.attempt and j.status = 'processing'
    join public.job_attempts a on a.job_id = m.job_id and a.attempt = m.attempt and a.dispatch = m.dispatch
      and a.outcome is null and a.submits = 0
    for update of j, a skip locked) t;
  if v_taken is null then return; end if;
  perform private.delete_messages(p_lane.queue_name, array(select msg_id from unnest(v_taken)));
  return query
  with taken as materialized (
    select * from unnest(v_taken)
  ), leased as (
    update public.job_attempts a
    -- To be claimed is to pass the checkpoint: from here on the work may be done.
    set phase = 'submitted', submitted_at = v_now, worker = p_worker, leased_until = v_now + p_lane.lease,
      submits = 1, submitted_first_at = v_now, submit_until = v_now + p_lane.lease
    from taken where a.job_id = taken.job_id and a.attempt = taken.attempt
    returning a.job_id, a.attempt, a.token
  ), running as (
    -- The attempt's time begins with its worker, not with its slot.
    update public.jobs j set current_step = 'running', deadline_at = v_now + t.timeout,
      refundable = p_lane.cancel_refund <> 'never',
      step_history = j.step_history || private.step('running', v_now, jsonb_build_object('worker', p_worker))
    from taken, public.tools t where j.id = taken.job_id and t.tool = j.tool
    returning j.id, j.user_id, j.tool, j.lane, j.input, j.metadata, j.created_at, j.deadline_at,
      t.settings || coalesce(t.settings -> p_lane.provider, '{}') as settings
  )
  select jsonb_build_object(
    'job', to_jsonb(r) - 'settings',
    'attempt', jsonb_build_object('attempt', l.attempt, 'token', l.token),
    'lease_seconds', extract(epoch from p_lane.lease),
    'tool_settings', r.settings,
    'handed', private.handed_of(r.id))
  from taken join running r on r.id = taken.job_id join leased l on l.job_id = taken.job_id
  order by taken.msg_id;
end
$$;
comment on function private.take(private.lanes, text, private.message[]) is
  'Leases to a worker the attempts that read messages point at, deletes those messages and returns the items of '
  'worker.claim. Leaves out what has ended, and what others have locked.';
revoke execute on function private.take(private.lanes, text, private.message[]) from public;
