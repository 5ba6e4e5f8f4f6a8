create function private.new_job(
  p_user_id uuid, p_tool text, p_input jsonb, p_priority smallint, p_run_at timestamptz, p_idempotency_key text,
  p_metadata jsonb, p_caller_drains boolean, p_by_user boolean, p_handed jsonb, p_is_leased boolean
) returns private.placed
language plpgsql set search_path = '' as $$
declare
  v_tool public.tools;
  v_lane private.lanes;
  v_job public.jobs;
  v_placed private.placed;
  v_uploads jsonb := '[]';
  v_hash bytea;
begin
  select * into v_tool from public.tools where tool = p_tool;
  perform private.raise_refusal(private.tool_refusal(p_tool, v_tool, p_input, p_metadata));
  select * into v_lane from private.lanes where lane = v_tool.lane;

  perform private.lock_creates(p_user_id);
  if p_idempotency_key is not null then
    v_hash := private.idempotency_hash(p_tool, p_input, p_metadata, p_run_at, p_priority);
    v_job := private.job_of_key(p_user_id, p_idempotency_key, v_hash);
    if v_job.id is not null then
      perform private.already();
      return (v_job, null, null, null)::private.placed;
    end if;
  end if;
  if p_priority is not null then
    perform private.raise_refusal(private.priority_refusal(v_tool, p_priority, p_by_user));
  end if;
  if not private.is_within_limits(p_user_id, v_tool, v_lane, p_by_user) then
    perform private.check_creates_limit(p_user_id, 1, p_by_user);
    perform private.check_refund_limit(v_lane, p_user_id);
    perform private.check_storage_limit(p_user_id, v_tool.max_output_bytes);
    perform private.check_waiting_limit(v_lane.lane, p_user_id);
  end if;
  if v_tool.settings ? 'files' then
    v_uploads := private.check_input_files(p_user_id, v_tool.settings -> 'files', p_input, p_handed);
  end if;

  select private.uuid_v7(), p_user_id, p_tool, v_lane.lane, p_input, coalesce(p_priority, v_tool.priority), p_run_at,
    p_idempotency_key, v_hash, p_metadata, v_uploads, p_by_user
  into v_job.id, v_job.user_id, v_job.tool, v_job.lane, v_job.input, v_job.priority, v_job.run_at,
    v_job.idempotency_key, v_job.idempotency_hash, v_job.metadata, v_job.step_history, v_job.is_by_user;
  v_placed := private.place_job(v_job, v_tool, v_lane,
    private.charge(p_user_id, array[v_job.id], array[v_tool.credit_cost]), p_is_leased);
  v_job := v_placed.job;
  if p_handed <> '{}' then perform private.keep_handed(array[v_job.id], p_handed); end if;
  if v_job.status = 'processing' then
    if not p_caller_drains then perform private.poke(v_lane.lane); end if;
  elsif private.dispatch(v_lane.lane, p_poke => not p_caller_drains) > 0 then
    select * into v_job from public.jobs where id = v_job.id;
  end if;
  return (v_job, v_placed.msg_id, v_placed.attempt, v_placed.queue)::private.placed;
end
$$;
comment on function private.new_job(
  uuid, text, jsonb, smallint, timestamptz, text, jsonb, boolean, boolean, jsonb, boolean) is
  'What public.create_job does, with the same arguments; p_is_leased: a job that starts at once, before all that wait, '
  'is its caller''s to work on (worker.create_job).';
revoke execute on function private.new_job(
  uuid, text, jsonb, smallint, timestamptz, text, jsonb, boolean, boolean, jsonb, boolean) from public;

create function public.create_job(
  p_user_id uuid,
  p_tool text,
  p_input jsonb,
  p_priority smallint default null,
  p_run_at timestamptz default null,
  p_idempotency_key text default null,
  p_metadata jsonb default '{}',
  p_caller_drains boolean default false,
  p_by_user boolean default false,
  p_handed jsonb default '{}'
) returns public.jobs
language plpgsql security definer set search_path = '' set plan_cache_mode = force_generic_plan
  set enable_seqscan = off set jit = off as $$
declare
  v_placed private.placed := private.new_job(p_user_id, p_tool, p_input, p_priority, p_run_at, p_idempotency_key,
    p_metadata, p_caller_drains, p_by_user, p_handed, false);
begin
  return v_placed.job;
end
$$;
comment on function public.create_job(uuid, text, jsonb, smallint, timestamptz, text, jsonb, boolean, boolean, jsonb) is
  'Creates a paid job for a user and starts it if a slot is free. p_input has been checked against the tool''s schema '
  'by the caller; here its files, the price and the limits are checked. p_idempotency_key: the same key of a user '
  'answers with the same job (status 208), and is refused when tool, input, metadata, run_at or priority are others. '
  'p_priority: null for the tool''s own; p_by_user: true when the user asks for it, who may not raise it. p_run_at: '
  'not before. p_caller_drains: true when the caller drains the lane itself after its commit. p_handed: {path: key} of '
  'the copies in the bucket handed that stand for the input''s files; the worker makes those that are missing. '
  'Returns the job. Errors: 404 unknown_tool, 409 tool_disabled or idempotency_conflict, 422 invalid_input, '
  'invalid_priority or file_not_found, 413 file_too_large or storage_full, 415 unsupported_file_type, 402 '
  'insufficient_credits, 404 user_not_found, 429 too_many_creates, too_many_waiting or too_many_refunds; nothing is '
  'written or charged.';
-- Users create through the jobs function, which checks what SQL cannot: the tool's schema and the bytes of the file.
revoke execute on function public.create_job(
  uuid, text, jsonb, smallint, timestamptz, text, jsonb, boolean, boolean, jsonb)
  from public, anon, authenticated;
grant execute on function public.create_job(
  uuid, text, jsonb, smallint, timestamptz, text, jsonb, boolean, boolean, jsonb)
  to service_role;
