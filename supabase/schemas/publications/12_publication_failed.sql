create function private.hold_for_failure(p_publication public.publications, p_failure jsonb, p_at timestamptz)
returns void
language plpgsql volatile set search_path = '' as $$
declare
  v_class text := p_failure ->> 'class';
  v_scope text := p_failure ->> 'scope';
  v_until timestamptz := p_at + coalesce(
    private.bounded((p_failure ->> 'retry_after_ms')::float8 * interval '1 millisecond', '2 days'),
    case v_class when 'pause' then interval '15 minutes' else '1 minute' end);
begin
  if v_class = 'reconnect' then
    perform private.hold_connection(p_publication.connection_id, 'reconnect_needed', null, p_failure ->> 'code',
      p_failure ->> 'message');
  elsif v_class in ('wait', 'pause') and v_scope = 'platform' or v_class = 'pause' and v_scope <> 'connection' then
    perform private.hold_platform(p_publication.platform, v_until,
      concat_ws(': ', p_failure ->> 'code', p_failure ->> 'message'));
  elsif v_class in ('wait', 'pause') and v_scope = 'connection' then
    perform private.hold_connection(p_publication.connection_id, 'limited', v_until, p_failure ->> 'code',
      p_failure ->> 'message');
  end if;
end
$$;
comment on function private.hold_for_failure(public.publications, jsonb, timestamptz) is
  'What a failure says of others: the connection is limited or has to be connected anew, or the platform is paused; as '
  'long as the platform asks, two days at most, else a minute, in a pause a quarter of an hour.';
revoke execute on function private.hold_for_failure(public.publications, jsonb, timestamptz) from public;

create function private.retry_class_of(p_failure jsonb) returns text
language plpgsql immutable set search_path = '' as $$
begin
  return case p_failure ->> 'class' when 'pause' then 'wait' when 'reconnect' then 'wait' when 'unknown' then 'backoff'
    else p_failure ->> 'class' end;
end
$$;
comment on function private.retry_class_of(jsonb) is
  'The retry class of an attempt by its failure: what holds a connection or a platform has the job wait in its line.';
revoke execute on function private.retry_class_of(jsonb) from public;

create function private.own_wait(p_failure jsonb) returns interval
language plpgsql immutable set search_path = '' as $$
begin
  -- What others wait for too is waited for in the line.
  if p_failure ->> 'class' = 'reconnect' or (p_failure ->> 'class' in ('wait', 'pause')
    and (p_failure ->> 'class' = 'pause' or p_failure ->> 'scope' in ('connection', 'platform'))) then
    return '0';
  end if;
  return (p_failure ->> 'retry_after_ms')::float8 * interval '1 millisecond';
end
$$;
comment on function private.own_wait(jsonb) is
  'How long a publication itself is to wait by its failure; nothing where its connection or platform is held instead.';
revoke execute on function private.own_wait(jsonb) from public;

create function private.fail_publication(
  p_job_id uuid, p_token uuid, p_failure jsonb, p_queue text, p_all_over boolean
) returns text
language plpgsql volatile set search_path = '' as $$
declare
  v_current record := private.current_attempt(p_job_id, p_token);
  v_attempt public.job_attempts := v_current.attempt;
begin
  -- Only the refusal of the one commit, or the word that nothing came of it, ends what may be there.
  if v_attempt.token is not null and private.is_committed(v_current.job, v_attempt) and not p_all_over
     and not (v_attempt.submits = 1 and v_attempt.phase = 'submitting' and p_failure ->> 'class' <> 'unknown') then
    return 'in_doubt';
  end if;
  return worker.attempt_failed(p_job_id, p_token, private.retry_class_of(p_failure), p_failure ->> 'code',
    p_failure ->> 'message', nullif(p_failure -> 'raw', 'null'), private.own_wait(p_failure),
    case when p_all_over and v_attempt.submits > 0 then 'settle_queue' else p_queue end, null, p_all_over);
end
$$;
comment on function private.fail_publication(uuid, uuid, jsonb, text, boolean) is
  'worker.attempt_failed for a publication. p_queue: that of its lane. Returns what that does, or in_doubt.';
revoke execute on function private.fail_publication(uuid, uuid, jsonb, text, boolean) from public;

create function private.check_failure(p_failure jsonb) returns void
language plpgsql immutable set search_path = '' as $$
begin
  if coalesce(p_failure ->> 'class' in ('never', 'backoff', 'wait', 'pause', 'reconnect', 'unknown'), false)
     and coalesce(p_failure ->> 'scope' in ('publication', 'connection', 'platform'), true)
     and coalesce(jsonb_typeof(p_failure -> 'retry_after_ms') in ('number', 'null'), true) then return; end if;
  perform private.refuse(422, 'invalid_retry_class', format('%s is no failure of a publication.',
    left(p_failure::text, 200)), 'failure');
end
$$;
comment on function private.check_failure(jsonb) is 'Error 422 invalid_retry_class for what is no failure.';
revoke execute on function private.check_failure(jsonb) from public;

create function worker.publication_failed(
  p_job_id uuid, p_token uuid, p_failure jsonb, p_queue text default null, p_msg_id bigint default null,
  p_all_over boolean default false
) returns text
language plpgsql volatile security definer set search_path = '' set plan_cache_mode = force_generic_plan
  set enable_seqscan = off set jit = off as $$
declare
  v_verdict text;
  v_publication public.publications;
begin
  perform private.check_failure(p_failure);
  -- The hold before anybody is dispatched: the next one would run into the same.
  perform set_config('esteira.dispatch', 'later', true);
  v_verdict := private.fail_publication(p_job_id, p_token, p_failure, coalesce(p_queue, 'publication_queue'),
    coalesce(p_all_over, false));
  select * into v_publication from public.publications where job_id = p_job_id;
  if found then perform private.hold_for_failure(v_publication, p_failure, private.now()); end if;
  if v_verdict <> 'in_doubt' then perform private.acknowledge(p_queue, p_msg_id); end if;
  perform set_config('esteira.dispatch', '', true);
  perform private.dispatch('publication', p_poke => false);
  return v_verdict;
end
$$;
comment on function worker.publication_failed(uuid, uuid, jsonb, text, bigint, boolean) is
  'An attempt of a publication came to nothing. p_failure: {class, scope, code, message, raw, retry_after_ms} (see '
  'platform.ts). never: it fails and is paid back; backoff: again later, uses up an attempt; wait: again after '
  'retry_after_ms, uses none, and of scope connection or platform holds all of those; pause: the platform is paused; '
  'reconnect: its owner has to connect anew. What is held waits in the line. p_all_over: it was committed, and the '
  'platform says that nothing has come of it or will. Returns failed, retried, late, duplicate, or in_doubt: it was '
  'committed and may be there, so that only the hold was noted, and nothing acknowledged (observe or reconcile, with '
  'worker.publication_step to put it off). Errors: 409 stale_token, 422 invalid_retry_class.';
revoke execute on function worker.publication_failed(uuid, uuid, jsonb, text, bigint, boolean) from public;
grant execute on function worker.publication_failed(uuid, uuid, jsonb, text, bigint, boolean) to service_role;
