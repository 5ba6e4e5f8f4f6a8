create function private.connection_line(p_connection public.connections, p_now timestamptz) returns jsonb
language plpgsql stable set search_path = '' as $$
begin
  return to_jsonb(p_connection) - array['settings', 'limits', 'avatar_url', 'held_until'] || jsonb_build_object(
    'user_email', (select email from auth.users where id = p_connection.user_id),
    'held_until', nullif(p_connection.held_until, 'infinity'),
    'held_ms', case when p_connection.held_until < 'infinity' then
      private.ms(p_connection.held_until - p_now) end,
    'is_paused', p_connection.state_code is not distinct from 'paused_by_operator',
    'expires_ms', private.ms(p_connection.expires_at - p_now),
    'limit', case when p_connection.state <> 'revoked' then private.posting_limit(p_connection, p_now) end,
    'access', (
      select jsonb_build_object('expires_at', t.expires_at, 'refreshed_at', t.refreshed_at,
        'can_be_renewed', t.refresh_token is not null, 'renew_at', t.renew_at, 'failures', t.failures)
      from private.connection_tokens t where t.connection_id = p_connection.id),
    'waiting', (
      select count(*) from (
        select from public.publications p where p.connection_id = p_connection.id and p.line = 'held' limit 1000) w));
end
$$;
comment on function private.connection_line(public.connections, timestamptz) is
  'A connection in a list of operators; nothing of its tokens but when they end and were renewed.';
revoke execute on function private.connection_line(public.connections, timestamptz) from public;

create function private.connections_asked(
  p_filter private.publication_filter, p_text text, p_after uuid, p_limit integer,
  out page public.connections[], out looked_at bigint, out next uuid
) language plpgsql stable set search_path = '' set plan_cache_mode = force_custom_plan as $$
begin
  with looked as materialized (
    select c as connection, row_number() over (order by c.id desc) as n from public.connections c
    where (p_filter.user_id is null or c.user_id = p_filter.user_id)
      and (p_filter.connection_id is null or c.id = p_filter.connection_id) and (p_after is null or c.id < p_after)
    order by c.id desc limit 5000
  ), found as (
    select l.connection, l.n from looked l left join auth.users u on u.id = (l.connection).user_id
    where (p_filter.platforms is null or (l.connection).platform = any (p_filter.platforms))
      and (p_filter.states is null or (l.connection).state = any (p_filter.states))
      and (p_text is null or strpos(lower(concat_ws(' ', (l.connection).display_name, (l.connection).external_id,
        u.email)), lower(p_text)) > 0)
    order by l.n limit p_limit
  )
  select array(select f.connection from found f order by f.n), (select count(*) from looked), case
    when (select count(*) from found) = p_limit then (select (f.connection).id from found f order by f.n desc limit 1)
    else (select (l.connection).id from looked l where l.n = 5000) end
  into page, looked_at, next;
end
$$;
comment on function private.connections_asked(private.publication_filter, text, uuid, integer) is
  'The newest p_limit connections after p_after that a filter asks for, among 5,000; next: where to look on, null: '
  'there is nothing more.';
revoke execute on function private.connections_asked(private.publication_filter, text, uuid, integer) from public;

create function ops_api.connections(
  p_filter jsonb default '{}', p_limit integer default 50, p_after uuid default null
) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
declare
  v_filter private.publication_filter;
  v_now timestamptz := private.now();
  v_found record;
begin
  perform private.require_operator();
  v_filter := private.read_publication_filter(p_filter, '{platform,state,user_id,user_email,connection_id,text}',
    '{live,expiring,reconnect_needed,limited,revoked}');
  perform private.check_entries(p_limit);
  v_found := private.connections_asked(v_filter, nullif(btrim(p_filter ->> 'text'), ''), p_after, p_limit);
  return jsonb_build_object('at', v_now, 'connections', (
      select coalesce(jsonb_agg(private.connection_line(v_found.page[n], v_now) order by n), '[]')
      from generate_subscripts(v_found.page, 1) n),
    'next', v_found.next, 'looked_at', v_found.looked_at);
end
$$;
comment on function ops_api.connections(jsonb, integer, uuid) is
  'Users'' accounts at platforms, those connected last first, up to p_limit (200): {at, connections: [{id, user_id, '
  'user_email, platform, external_id, display_name, scopes, state, state_code, state_message, expires_at, expires_ms: '
  'until then, held_until (null also where an operator has to resume it), held_ms, is_paused: by an operator, '
  'checked_at, created_at, updated_at, limit: {used, total, windowSeconds, resetsAt, source} or null, access: '
  '{expires_at, refreshed_at, can_be_renewed, renew_at, failures} or null, waiting: publications that wait for it, '
  '1,000 at most}], next, looked_at}. Never a token. p_filter: {platform, state: a text or an array, user_id or '
  'user_email, connection_id, text: in its names or its user''s e-mail}. A page looks at 5,000: it may have fewer, and '
  'a next. p_after: the next of the page before. Errors: 403 not_an_operator, 422 invalid_input, 422 invalid_filter.';
revoke execute on function ops_api.connections(jsonb, integer, uuid) from public;
grant execute on function ops_api.connections(jsonb, integer, uuid) to authenticated, service_role;
