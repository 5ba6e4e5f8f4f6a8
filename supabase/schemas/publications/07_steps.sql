create function private.with_step(
  p_steps jsonb, p_step text, p_name text, p_at timestamptz, p_details jsonb default '{}'
) returns jsonb
language plpgsql immutable set search_path = '' as $$
declare
  v_last jsonb := p_steps -> -1;
  v_entry jsonb := jsonb_strip_nulls(private.cut_json(p_details, 2000)) || jsonb_build_object('step', p_step,
    'name', left(p_name, 100), 'timestamp', to_char(p_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'));
begin
  if v_last ->> 'step' = p_step and v_last ->> 'name' = v_entry ->> 'name' then
    return (p_steps - -1)
      || (v_entry || jsonb_build_object('times', coalesce((v_last ->> 'times')::integer, 1) + 1));
  end if;
  -- The beginning and the end tell more than the middle.
  if jsonb_array_length(p_steps) >= 200 then p_steps := p_steps - 50; end if;
  return p_steps || v_entry;
end
$$;
comment on function private.with_step(jsonb, text, text, timestamptz, jsonb) is
  'The steps of a publication with one more. The same one over again takes the place of the last, with its number '
  '(times); of more than 200 some in the middle go.';
revoke execute on function private.with_step(jsonb, text, text, timestamptz, jsonb) from public;

create function private.current_attempt(
  p_job_id uuid, p_token uuid, out job public.jobs, out attempt public.job_attempts
) language plpgsql volatile set search_path = '' as $$
begin
  select * into job from public.jobs where id = p_job_id for update;
  select * into attempt from public.job_attempts where job_id = p_job_id and token = p_token for update;
  if attempt.token is null or attempt.outcome is not null or job.status <> 'processing'
     or job.attempt <> attempt.attempt then
    attempt := null;
  end if;
end
$$;
comment on function private.current_attempt(uuid, uuid) is
  'Locks a job and its attempt with this token. attempt is null unless it is the one that runs.';
revoke execute on function private.current_attempt(uuid, uuid) from public;

create function private.keep_message(p_lane text, p_queue text, p_msg_id bigint, p_delay interval default null)
returns void
language plpgsql volatile set search_path = '' as $$
begin
  if p_queue is null or p_msg_id is null then return; end if;
  perform pgmq.set_vt(p_queue, p_msg_id,
    greatest(extract(epoch from coalesce(p_delay, (select lease from private.lanes where lane = p_lane))), 0)::integer);
end
$$;
comment on function private.keep_message(text, text, bigint, interval) is
  'Leases a message anew, or has it come back after p_delay; without one does nothing.';
revoke execute on function private.keep_message(text, text, bigint, interval) from public;

create function worker.publication_step(
  p_job_id uuid, p_token uuid, p_step text, p_name text, p_facts jsonb default '{}', p_forget text[] default '{}',
  p_until timestamptz default null, p_details jsonb default '{}', p_progress smallint default null,
  p_delay interval default null, p_queue text default null, p_msg_id bigint default null
) returns boolean
language plpgsql volatile security definer set search_path = '' set plan_cache_mode = force_generic_plan
  set enable_seqscan = off set jit = off as $$
declare
  v_current record;
begin
  if p_step is null or p_step not in ('prepare', 'commit', 'observe') then
    perform private.refuse(422, 'invalid_input', 'A step is prepare, commit or observe.', 'step');
  elsif coalesce(p_progress not between 0 and 100, false) then
    perform private.refuse(422, 'invalid_progress', 'Progress is a percentage, 0 to 100.', 'progress');
  end if;
  v_current := private.current_attempt(p_job_id, p_token);
  if (v_current.attempt).token is null then return false; end if;
  update public.publications set facts = (facts - p_forget) || coalesce(p_facts, '{}'),
    facts_until = case when p_forget = '{}' then coalesce(p_until, facts_until) else p_until end,
    steps = case when p_name is null then steps
      else private.with_step(steps, p_step, p_name, private.now(), coalesce(p_details, '{}')) end
  where job_id = p_job_id;
  if p_progress > coalesce((v_current.job).progress, -1) then
    update public.jobs set progress = p_progress, progress_is_estimate = false where id = p_job_id;
  end if;
  perform private.keep_message((v_current.job).lane, p_queue, p_msg_id, p_delay);
  if p_delay >= interval '3 seconds' then perform private.rest(p_job_id, p_token); end if;
  return true;
end
$$;
comment on function worker.publication_step(
  uuid, uuid, text, text, jsonb, text[], timestamptz, jsonb, smallint, interval, text, bigint) is
  'A step of a publication was done: keeps its facts (p_facts, merged; p_forget: those that are void; p_until: how '
  'long they are good, null: as before, or nobody says where some are void) in the transaction that shows it. p_step: '
  'prepare, commit or observe; p_name: what was done, in the platform''s words; null shows nothing; p_details: shown '
  'with it; p_progress: percent. The message is leased anew, or comes back after p_delay; of three seconds '
  'and more, its slot is for others meanwhile. Returns false when the attempt is no longer current: stop working. '
  'Errors: 422 invalid_input, 422 invalid_progress.';
revoke execute on function worker.publication_step(
  uuid, uuid, text, text, jsonb, text[], timestamptz, jsonb, smallint, interval, text, bigint) from public;
grant execute on function worker.publication_step(
  uuid, uuid, text, text, jsonb, text[], timestamptz, jsonb, smallint, interval, text, bigint) to service_role;
