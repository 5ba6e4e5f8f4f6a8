create function worker.create_job(
  p_user_id uuid, p_tool text, p_input jsonb, p_priority smallint default null, p_run_at timestamptz default null,
  p_idempotency_key text default null, p_metadata jsonb default '{}', p_by_user boolean default false,
  p_handed jsonb default '{}'
) returns jsonb
language plpgsql security definer set search_path = '' set plan_cache_mode = force_generic_plan
  set enable_seqscan = off set jit = off as $$
declare
  v_placed private.placed := private.new_job(p_user_id, p_tool, p_input, p_priority, p_run_at, p_idempotency_key,
    p_metadata, true, p_by_user, p_handed, true);
begin
  if v_placed.msg_id is null then return jsonb_build_object('job', to_jsonb(v_placed.job)); end if;
  v_placed.attempt.phase := 'dispatched'; -- as in worker.receive, whose item shows the phase that it finds
  return jsonb_build_object('job', to_jsonb(v_placed.job), 'message', jsonb_build_object(
    'queue', v_placed.queue, 'msg_id', v_placed.msg_id, 'read_count', 1,
    'item', private.work_item(v_placed.job, v_placed.attempt) || '{"kind": "work"}'));
end
$$;
comment on function worker.create_job(uuid, text, jsonb, smallint, timestamptz, text, jsonb, boolean, jsonb) is
  'public.create_job for a caller who drains the lane after its commit, and begins with what it gets: {job, message}. '
  'message: what worker.receive would answer with for this job, leased as long, when it starts at once; not there when '
  'it waits, when it was created before (status 208), and in a pull lane. A caller who dies loses the lease, no more: '
  'then the message is received by another. Arguments and errors as of public.create_job.';
revoke execute on function worker.create_job(uuid, text, jsonb, smallint, timestamptz, text, jsonb, boolean, jsonb)
  from public;
grant execute on function worker.create_job(uuid, text, jsonb, smallint, timestamptz, text, jsonb, boolean, jsonb)
  to service_role;
