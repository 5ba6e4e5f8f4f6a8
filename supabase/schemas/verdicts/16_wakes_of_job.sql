create function private.missing_secret() returns text
language plpgsql stable set search_path = '' as $$
begin
  return case
    when private.secret('project_url') is null then 'project_url'
    when not private.is_address(private.secret('project_url')) then 'project_url'
    when private.secret('worker_secret_key') is null then 'worker_secret_key' end;
end
$$;
comment on function private.missing_secret() is
  'The Vault secret without which SQL cannot wake the worker, or that is no address; null: they are all there.';
revoke execute on function private.missing_secret() from public;

create function private.code_of_wake(p_wake private.wake) returns text
language sql immutable set search_path = '' as $$
  select case
    when p_wake.is_unsent then 'worker_not_woken'
    when p_wake.answered_at is null then null
    when p_wake.status between 200 and 299 then null
    when p_wake.status = 401 then 'worker_key_wrong'
    when p_wake.reason = 'schema_not_exposed' then 'schema_not_exposed'
    when p_wake.code = 'schema_too_old' then 'schema_too_old'
    else 'functions_unreachable' end
$$;
comment on function private.code_of_wake(private.wake) is
  'What the last call of the worker says is wrong; null: nothing, or it says nothing.';
revoke execute on function private.code_of_wake(private.wake) from public;

create function private.told_of_wake(p_code text, p_wake private.wake) returns text
language sql immutable set search_path = '' as $$
  select case p_code
    when 'worker_not_woken' then format('pg_net has not sent the call of the worker of %s.', p_wake.asked_at)
    when 'worker_key_wrong' then 'The worker refuses the key in the Vault secret worker_secret_key (401).'
    when 'schema_not_exposed' then 'The Data API does not let the functions reach the schema worker.'
    when 'schema_too_old' then 'The functions are newer than the database, and refuse to work on it.'
    else format('The worker function was called and could not be reached: %s.',
      concat_ws(', ', p_wake.status, p_wake.code, private.cut(p_wake.error, 200))) end
$$;
comment on function private.told_of_wake(text, private.wake) is
  'A sentence for what the last call of the worker says.';
revoke execute on function private.told_of_wake(text, private.wake) from public;

create function private.finding_of_wake(p_wake private.wake, p_unread timestamptz) returns private.finding
language plpgsql stable set search_path = '' as $$
declare
  v_code text := private.code_of_wake(p_wake);
  v_evidence jsonb := jsonb_build_object('asked_at', p_wake.asked_at, 'answered_at', p_wake.answered_at,
    'status', p_wake.status, 'code', p_wake.code, 'error', private.cut(p_wake.error, 200), 'unread_since', p_unread);
begin
  if v_code is not null then
    -- While nobody waits for a worker, who made the work has done it; then it is only not as it should be.
    return private.finding(v_code, private.told_of_wake(v_code, p_wake), v_evidence, p_since => coalesce(p_unread,
      p_wake.failing_since, p_wake.asked_at), p_level => case when p_unread is null then 'warn' end,
      p_subject => 'worker', p_repair_sql => case v_code when 'worker_not_woken' then 'select net.worker_restart()'
        when 'worker_key_wrong' then 'select ops.set_secret(''worker_secret_key'', ''<a secret key>'')' end);
  elsif p_unread is null then
    return private.not_so('functions_unreachable', 'No message waits for the worker, and its last call has not failed.',
      v_evidence, 'worker');
  elsif p_wake.status between 200 and 299 then
    return private.finding('worker_behind', format('Messages wait since %s, although the worker answers.', p_unread),
      v_evidence, p_since => p_unread, p_subject => 'worker');
  elsif p_wake.answered_at is null and p_wake.asked_at < clock_timestamp() - interval '30 seconds' then
    -- Sent, and neither answer nor failure is there any more: a crash of the server empties pg_net's tables.
    return private.finding('telemetry_stale',
      'Messages wait for the worker, and nothing tells any more what became of calling it.', v_evidence,
      p_since => p_unread, p_subject => 'wake-ups', p_repair_sql => 'select private.tick()');
  end if;
  return null; -- it was called just now, or is by the next tick
end
$$;
comment on function private.finding_of_wake(private.wake, timestamptz) is
  'What the last call of the worker says of the worker; null: nothing yet. p_unread: since when messages wait for it; '
  'null: none do.';
revoke execute on function private.finding_of_wake(private.wake, timestamptz) from public;

create function private.findings_of_waking(p_unread timestamptz) returns setof private.finding
language plpgsql stable set search_path = '' as $$
declare
  v_wake private.wake := private.last_wake();
  v_secret text := private.missing_secret();
begin
  -- An answer of long ago says nothing of now, unless somebody waits since.
  if p_unread is null and v_wake.asked_at < clock_timestamp() - interval '10 minutes' then v_wake := null; end if;
  if v_secret is null then
    return next private.not_so('vault_secret_missing', 'The address and the key to wake the worker with are set.');
    return query select f.* from private.finding_of_wake(v_wake, p_unread) f where f.code is not null;
  elsif p_unread is not null then
    return next private.finding('vault_secret_missing',
      format('The Vault has no good secret %s: the worker is not woken.', v_secret),
      jsonb_build_object('secret', v_secret, 'unread_since', p_unread), p_since => p_unread, p_subject => v_secret,
      p_repair_sql => format('select ops.set_secret(%L, %L)', v_secret,
        case v_secret when 'project_url' then 'https://<ref>.supabase.co' else '<a secret key>' end));
  end if;
end
$$;
comment on function private.findings_of_waking(timestamptz) is
  'Whether the worker is woken, can be reached and comes to read what waits. p_unread: since when that waits; null: '
  'nothing does.';
revoke execute on function private.findings_of_waking(timestamptz) from public;

create function private.findings_of_wakes(p_job public.jobs) returns setof private.finding
language plpgsql stable set search_path = '' as $$
begin
  -- Workers of pull lanes come by themselves.
  if not exists (select from private.lanes where lane = p_job.lane and delivery <> 'pull') then return; end if;
  return query select * from private.findings_of_waking(private.unread_since(p_job.lane));
end
$$;
comment on function private.findings_of_wakes(public.jobs) is
  'Whether the worker comes to read what waits in a job''s lane. Nothing of pull lanes.';
revoke execute on function private.findings_of_wakes(public.jobs) from public;
