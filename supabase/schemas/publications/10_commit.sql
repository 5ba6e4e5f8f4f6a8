create function private.wait_in_line(
  p_job public.jobs, p_attempt public.job_attempts, p_code text, p_message text, p_at timestamptz
) returns void
language plpgsql set search_path = '' as $$
begin
  perform private.end_by_failure(p_job, p_attempt, ('wait', p_code, p_message, null, null)::private.failure, p_at,
    interval '0');
end
$$;
comment on function private.wait_in_line(public.jobs, public.job_attempts, text, text, timestamptz) is
  'Puts a locked publication whose attempt has committed nothing back into its line; it uses up no attempt. The caller '
  'dispatches.';
revoke execute on function private.wait_in_line(public.jobs, public.job_attempts, text, text, timestamptz) from public;

create function private.may_commit(p_job public.jobs, p_attempt public.job_attempts, p_at timestamptz) returns boolean
language plpgsql volatile set search_path = '' as $$
begin
  return p_attempt.token is not null and coalesce(p_job.deadline_at > p_at, true)
    and private.may_submit(p_attempt, p_at) and not (p_attempt.attempt > 1 and private.has_success(p_job.id));
end
$$;
comment on function private.may_commit(public.jobs, public.job_attempts, timestamptz) is
  'Whether the running attempt of a locked publication may commit now, for the first time or, once the platform has '
  'said twice that there is nothing, again; never after its deadline.';
revoke execute on function private.may_commit(public.jobs, public.job_attempts, timestamptz) from public;

create function private.pass_holds(p_job public.jobs, p_attempt public.job_attempts, p_at timestamptz) returns jsonb
language plpgsql volatile set search_path = '' as $$
declare
  v_connection public.connections;
  v_hold text;
  v_until timestamptz;
begin
  select c.* into v_connection from public.publications p join public.connections c on c.id = p.connection_id
  where p.job_id = p_job.id;
  v_hold := case when v_connection.id is null then 'revoked' else private.connection_hold(v_connection.id, p_at) end;
  if v_hold is null then
    v_until := private.pass_limits(v_connection.id, p_at);
    if v_until is null then return null; end if; -- else it holds the connection, or the platform
  end if;
  v_until := coalesce(v_until, v_connection.held_until, (
    select paused_until from private.platforms where platform = v_connection.platform and v_hold = 'platform_paused'));
  return jsonb_build_object('verdict', case when v_hold is null then 'limited' else 'held' end,
    'hold', coalesce(v_hold, 'posting_limit'),
    'seconds', case when isfinite(v_until) then greatest(ceil(extract(epoch from v_until - p_at)), 0) end);
end
$$;
comment on function private.pass_holds(public.jobs, public.job_attempts, timestamptz) is
  'Counts a commit against the limits of the platform and the account, and returns null; or says what stops it: '
  '{verdict: limited (a limit, which holds the connection or the platform from now on) or held, hold, seconds: for how '
  'long, null if nobody knows}.';
revoke execute on function private.pass_holds(public.jobs, public.job_attempts, timestamptz) from public;

create function worker.commit_publication(
  p_job_id uuid, p_token uuid, p_queue text default null, p_msg_id bigint default null, p_terms jsonb default '{}'
) returns jsonb
language plpgsql volatile security definer set search_path = '' set plan_cache_mode = force_generic_plan
  set enable_seqscan = off set jit = off as $$
declare
  v_current record := private.current_attempt(p_job_id, p_token);
  v_now timestamptz := private.now();
  v_stop jsonb;
begin
  if not private.may_commit(v_current.job, v_current.attempt, v_now) then return '{"verdict": "superseded"}'; end if;
  v_stop := private.pass_holds(v_current.job, v_current.attempt, v_now);
  if v_stop is not null and (v_current.attempt).submits = 0 then
    perform private.wait_in_line(v_current.job, v_current.attempt, v_stop ->> 'hold',
      'Nothing may be published with the connection just now', v_now);
    perform private.acknowledge(p_queue, p_msg_id);
    perform private.dispatch((v_current.job).lane, p_poke => false);
    return v_stop;
  elsif v_stop is not null then
    perform private.keep_message((v_current.job).lane, p_queue, p_msg_id,
      least(make_interval(secs => coalesce((v_stop ->> 'seconds')::float8, 60)), interval '5 minutes'));
    perform private.rest(p_job_id, p_token);
    return v_stop;
  end if;
  if not worker.checkpoint(p_job_id, p_token, '{}', coalesce(p_terms, '{}') || '{"can_stop": false}', p_queue, p_msg_id)
  then
    raise exception 'publication % passes its checkpoint and does not', p_job_id;
  end if;
  update public.publications set committed_at = v_now, steps = private.with_step(steps, 'commit', 'allowed', v_now)
  where job_id = p_job_id;
  return '{"verdict": "commit"}';
end
$$;
comment on function worker.commit_publication(uuid, uuid, text, bigint, jsonb) is
  'Called just before each commit, in one transaction with all that may stop it. p_terms: {resubmit}, as of '
  'worker.checkpoint; the message is leased anew, and the commit is to be aborted when that lease ends. Returns '
  '{verdict}: commit (counted: send it, once); superseded (the attempt is over, its deadline has passed, or nobody may '
  'commit again: stop); limited or held, with {hold, seconds}: nothing may be published with the connection now. Then '
  'the publication is in its line again, and the message gone; or, where it was committed before, the message comes '
  'back later. Either way: stop.';
revoke execute on function worker.commit_publication(uuid, uuid, text, bigint, jsonb) from public;
grant execute on function worker.commit_publication(uuid, uuid, text, bigint, jsonb) to service_role;

create function worker.committed(
  p_job_id uuid, p_token uuid, p_id text, p_facts jsonb default '{}', p_raw jsonb default null,
  p_queue text default null, p_msg_id bigint default null
) returns public.job_status
language plpgsql volatile security definer set search_path = '' set plan_cache_mode = force_generic_plan
  set enable_seqscan = off set jit = off as $$
declare
  v_status public.job_status;
begin
  v_status := worker.submitted(p_job_id, p_token, p_id, p_raw);
  update public.publications set post_id = coalesce(p_id, post_id), facts = facts || coalesce(p_facts, '{}'),
    steps = private.with_step(steps, 'commit', 'accepted', private.now(), jsonb_build_object('id', p_id))
  where job_id = p_job_id;
  if v_status = 'processing' then perform private.keep_message('publication', p_queue, p_msg_id);
  else perform private.acknowledge(p_queue, p_msg_id);
  end if;
  return v_status;
end
$$;
comment on function worker.committed(uuid, uuid, text, jsonb, jsonb, text, bigint) is
  'The platform has taken the commit. p_id: the post''s id, or the name by which its outcome is asked for; p_facts: '
  'merged; p_raw: its answer, redacted. The message stays, leased anew: whoever has it observes. Returns the job''s '
  'status; after a terminal one there is nothing more to do. Error: 409 stale_token.';
revoke execute on function worker.committed(uuid, uuid, text, jsonb, jsonb, text, bigint) from public;
grant execute on function worker.committed(uuid, uuid, text, jsonb, jsonb, text, bigint) to service_role;
