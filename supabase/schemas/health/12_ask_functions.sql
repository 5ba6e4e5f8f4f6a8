-- What only something outside sees: whether the functions can be reached, which schemas the Data API exposes, how Auth
-- signs, whether Realtime takes public channels. The functions are asked over pg_net, which sends after the commit: so
-- the first call of ops.setup_check() asks, and one some seconds later shows the answers.

create function private.functions() returns text[]
language sql immutable set search_path = '' as $$
  select '{jobs,models,connections,publications,events,worker,workers-api,health,runninghub-webhook,kie-webhook,
    astria-webhook,fal-webhook,replicate-webhook}'::text[]
$$;
comment on function private.functions() is 'The Edge Functions of this release.';
revoke execute on function private.functions() from public;

create function private.ask_functions() returns void
language plpgsql set search_path = '' as $$
declare
  v_base text := rtrim(private.secret('project_url'), '/') || '/functions/v1/';
  v_key text := private.secret('worker_secret_key');
  v_ids bigint[];
begin
  if private.missing_secret() is not null or not private.may_pass('setup', '1 minute') then return; end if;
  v_ids := array[net.http_get(v_base || 'health/deep', jsonb_build_object('setup', 'true'),
    jsonb_build_object('apikey', v_key), 15000)];
  v_ids := v_ids || array(
    select net.http_get(v_base || f.name, timeout_milliseconds => 15000)
    from unnest(private.functions()) with ordinality f (name, n) order by f.n);
  update private.throttles set request_ids = v_ids where name = 'setup';
end
$$;
comment on function private.ask_functions() is
  'Asks each function for a sign of life, and health for what it sees, over pg_net; at most once a minute.';
revoke execute on function private.ask_functions() from public;

create function private.line_of_function(p_name text, p_answer net._http_response) returns private.setup_line
language plpgsql stable set search_path = '' as $$
declare
  v_error jsonb := private.error_in(p_answer.content);
  v_seen private.functions_seen := (select f from private.functions_seen f where f.name = p_name);
  -- Whatever it answers in our words, it was it that answered.
  v_is_ours boolean := p_answer.status_code = 200 or p_answer.content ~ '^\s*\{"error":\s*\{"code":';
  v_redeploy text := format('supabase functions deploy %s', p_name);
begin
  if p_answer.id is null then
    return ('functions', p_name, 'asked', 'It was asked just now: call this again in some seconds.',
      null)::private.setup_line;
  elsif p_answer.status_code is null then
    return ('functions', p_name, 'error', format('It cannot be reached: %s.', private.cut(p_answer.error_msg, 200)),
      'select ops.set_secret(''project_url'', ''https://<ref>.supabase.co'')')::private.setup_line;
  elsif not v_is_ours then
    return ('functions', p_name, 'error', format('The platform answers in its stead: %s.',
      concat_ws(' ', p_answer.status_code, v_error ->> 'code', v_error ->> 'message')),
      v_redeploy || case when p_answer.status_code = 401 then ' (with supabase/config.toml: verify_jwt is to be off)'
        else '' end)::private.setup_line;
  elsif v_error ->> 'code' in ('schema_too_old', 'misconfigured') then
    return ('functions', p_name, 'error', private.cut(v_error ->> 'message', 200), case v_error ->> 'code'
      when 'schema_too_old' then 'supabase db push --remote' else 'docs/deploying.md' end)::private.setup_line;
  elsif v_seen.version is distinct from public.esteira_version() then
    return ('functions', p_name, 'warn', case when v_seen.version is null
        then 'It does not tell its version, as earlier releases do not.'
        else format('It runs in version %s; the schema has %s.', v_seen.version, public.esteira_version()) end,
      v_redeploy)::private.setup_line;
  end if;
  return ('functions', p_name, 'ok', format('It answers, in version %s.', v_seen.version), null)::private.setup_line;
end
$$;
comment on function private.line_of_function(text, net._http_response) is 'What a function''s answer says of it.';
revoke execute on function private.line_of_function(text, net._http_response) from public;

create function private.lines_of_deep(p_answer net._http_response) returns setof private.setup_line
language plpgsql stable set search_path = '' as $$
declare
  v_error jsonb := private.error_in(p_answer.content);
  v_body jsonb := case when p_answer.content ~ '^\s*\{' and octet_length(p_answer.content) < 100000
    then p_answer.content::jsonb end;
  v_is_exposed boolean := v_error ->> 'reason' is distinct from 'schema_not_exposed';
begin
  if p_answer.status_code is null then return; end if; -- that it is not reached is told of the function
  return next ('outside', 'worker_secret_key', case when p_answer.status_code = 401 then 'error' else 'ok' end,
    case when p_answer.status_code = 401 then 'The functions refuse it: it is none of the project''s keys.'
      else 'The functions take it.' end, case when p_answer.status_code = 401
      then 'select ops.set_secret(''worker_secret_key'', ''<a secret key: Dashboard, API Keys>'')'
      end)::private.setup_line;
  if p_answer.status_code = 401 then return; end if;
  return next ('outside', 'schema worker', case when v_is_exposed then 'ok' else 'error' end,
    case when v_is_exposed then 'The Data API exposes it.' else 'The Data API does not expose it.' end,
    case when not v_is_exposed then 'Dashboard → Project Settings → Data API → Exposed schemas: add worker' end
    )::private.setup_line;
  return query
    select 'outside', c.name, c.verdict, c.detail, c.repair
    from jsonb_to_recordset(coalesce(v_body -> 'checks', v_body #> '{error,details,checks}', '[]'))
      c (name text, verdict text, detail text, repair text) where c.name is not null and c.verdict is not null;
end
$$;
comment on function private.lines_of_deep(net._http_response) is
  'What GET /health/deep has seen from where it runs: keys, exposed schemas, Auth, Storage, Realtime.';
revoke execute on function private.lines_of_deep(net._http_response) from public;
