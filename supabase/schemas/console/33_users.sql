create function private.user_line(p_user_id uuid, p_at timestamptz) returns jsonb
language plpgsql stable set search_path = '' as $$
begin
  return (
    select jsonb_build_object('user_id', u.id, 'email', u.email, 'created_at', u.created_at,
      'last_sign_in_at', u.last_sign_in_at, 'role', case
        when u.raw_app_meta_data ->> 'role' in ('admin', 'support') then u.raw_app_meta_data ->> 'role' end,
      'balance', coalesce((select balance from public.credit_accounts where user_id = u.id), 0),
      'is_paused', p.user_id is not null, 'paused_until', p.paused_until, 'pause_reason', p.reason,
      'paused_ms', private.ms(p_at - p.paused_at), 'is_tombstone', false)
    from auth.users u left join private.user_pauses p on p.user_id = u.id and p.paused_until > p_at
    where u.id = p_user_id
    union all
    select jsonb_build_object('user_id', t.tombstone_id, 'email', null, 'created_at', null, 'last_sign_in_at', null,
      'role', null, 'balance', t.balance, 'is_paused', false, 'paused_until', null, 'pause_reason', null,
      'paused_ms', null, 'is_tombstone', true)
    from private.tombstones t where t.tombstone_id = p_user_id
    limit 1);
end
$$;
comment on function private.user_line(uuid, timestamptz) is
  'A user as ops_api.users tells of them; of a tombstone, what the ledger has of it. Null: there is nobody.';
revoke execute on function private.user_line(uuid, timestamptz) from public;

create function private.users_named(p_prefix text, p_looks integer) returns table (user_id uuid, is_named boolean)
language plpgsql stable set search_path = '' set plan_cache_mode = force_custom_plan as $$
begin
  return query
    -- In the order of Auth's own index of addresses; those of single sign-on it does not have.
    select u.id, starts_with(u.email, p_prefix) from auth.users u
    where not u.is_sso_user and u.email >= p_prefix order by u.email limit p_looks;
end
$$;
comment on function private.users_named(text, integer) is
  'Users in the order of their addresses, from a prefix on; is_named: it is the beginning of theirs.';
revoke execute on function private.users_named(text, integer) from public;

create function ops_api.users(p_query text, p_limit integer default 20) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_query text := lower(btrim(p_query));
  v_at timestamptz;
  v_found uuid[];
  v_looked bigint := 1;
  v_is_complete boolean := true;
begin
  perform private.require_operator();
  if p_limit is null or p_limit not between 1 and 200 then
    perform private.refuse(422, 'invalid_input', 'A page has 1 to 200 users.', 'limit');
  elsif coalesce(v_query, '') = '' then
    perform private.refuse(422, 'invalid_input', 'Say how an address begins, or an id.', 'query');
  end if;
  v_at := private.now();
  if v_query ~ '^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$' then
    v_found := array[coalesce((select user_id from public.jobs where id = v_query::uuid), v_query::uuid)];
  else
    select array_agg(named.user_id order by n) filter (where is_named), count(*),
      count(*) < 500 or not bool_and(is_named)
    into v_found, v_looked, v_is_complete
    from private.users_named(v_query, 500) with ordinality named (user_id, is_named, n);
  end if;
  return jsonb_build_object('users', (
      select coalesce(jsonb_agg(line order by n), '[]')
      from unnest(v_found[1:p_limit]) with ordinality found (user_id, n), private.user_line(found.user_id, v_at) line
      where line is not null),
    'looked_at', v_looked, 'is_complete', v_is_complete and coalesce(cardinality(v_found), 0) <= p_limit);
end
$$;
comment on function ops_api.users(text, integer) is
  'Users whose address begins so (not of single sign-on: those by id), or the one with this id, of a job with this id, '
  'or the tombstone: {users: [{user_id, email, created_at, last_sign_in_at, role (admin, support or null), balance, '
  'is_paused, paused_until, pause_reason, paused_ms, is_tombstone}], looked_at, is_complete: false: there are more, '
  'say more of it}. Errors: 403 not_an_operator, 422 invalid_input.';
revoke execute on function ops_api.users(text, integer) from public;
grant execute on function ops_api.users(text, integer) to authenticated, service_role;
