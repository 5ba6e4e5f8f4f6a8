create function private.next_to_try(p_platform text, p_after uuid) returns uuid
language plpgsql volatile set search_path = '' set plan_cache_mode = force_generic_plan set enable_seqscan = off
  set jit = off as $$
declare
  v_id uuid;
begin
  -- Along the index of those that are held: however many wait, a few are looked at.
  select p.connection_id into v_id
  from public.publications p join public.connections c on c.id = p.connection_id
  where p.line = 'held' and p.connection_id > p_after and p.platform = p_platform and c.state in ('live', 'expiring')
    and not exists (select from public.publications f where f.connection_id = p.connection_id and f.line = 'front')
  order by p.connection_id, p.priority desc, p.ticket, p.job_id limit 1;
  return v_id;
end
$$;
comment on function private.next_to_try(text, uuid) is
  'The first connection after p_after with which something waits for its platform, and nothing is under way; null: '
  'none.';
revoke execute on function private.next_to_try(text, uuid) from public;

create function private.let_one_try(p_at timestamptz) returns integer
language plpgsql volatile set search_path = '' as $$
declare
  v_nobody uuid := '00000000-0000-0000-0000-000000000000';
  v_due record;
  v_id uuid;
  v_count integer := 0;
begin
  for v_due in
    select platform, coalesce(tried_id, v_nobody) as last from private.platforms
    where paused_until <= p_at and down_since is not null order by platform for update skip locked
  loop
    -- In turn, whatever came of the last one: what one cannot do another may.
    v_id := coalesce(private.next_to_try(v_due.platform, v_due.last), private.next_to_try(v_due.platform, v_nobody));
    continue when v_id is null;
    update private.platforms set probe_id = v_id, tried_id = v_id, paused_until = p_at + interval '2 minutes'
    where platform = v_due.platform;
    perform private.connection_freed(v_id);
    v_count := v_count + 1;
  end loop;
  return v_count;
end
$$;
comment on function private.let_one_try(timestamptz) is
  'Where the pause of a platform is over that was down, lets one of the connections that wait for it try, for two '
  'minutes: all at once would keep every slot waiting for an answer. What it comes to ends the pause, or makes it '
  'longer; where nothing does, another one tries. Returns how many try.';
revoke execute on function private.let_one_try(timestamptz) from public;

create function private.end_holds(p_at timestamptz) returns integer
language plpgsql volatile set search_path = '' as $$
declare
  v_freed uuid[];
  v_platforms text[];
  v_tries integer := private.let_one_try(p_at);
begin
  with due as materialized (
    select id from public.connections where held_until <= p_at order by held_until limit 1000
    for update skip locked
  ), ended as (
    update public.connections c set state = 'live', state_code = null, state_message = null, held_until = null
    from due where c.id = due.id returning c.id
  )
  select array_agg(id order by id) into v_freed from ended;
  perform private.connection_freed(id) from unnest(v_freed) id;
  with due as materialized (
    select platform from private.platforms where paused_until <= p_at order by platform for update skip locked
  ), ended as (
    -- Those that were down stay so until they answer: the next failure pauses them again, and longer.
    update private.platforms p set paused_until = null, pause_reason = null, probe_id = null
    from due where p.platform = due.platform returning p.platform
  )
  select array_agg(platform order by platform) into v_platforms from ended;
  perform private.platform_freed(platform) from unnest(v_platforms) platform;
  return v_tries + coalesce(cardinality(v_freed), 0) + coalesce(cardinality(v_platforms), 0);
end
$$;
comment on function private.end_holds(timestamptz) is
  'Ends the waits of connections and the pauses of platforms whose time has come, up to 1,000; of one that was down '
  'and is waited for, one connection tries first. Returns how many.';
revoke execute on function private.end_holds(timestamptz) from public;

create function private.note_ends(p_at timestamptz) returns integer
language plpgsql volatile set search_path = '' as $$
declare
  v_count integer;
begin
  with due as materialized (
    select id, expires_at <= p_at as is_over from public.connections
    where state in ('live', 'expiring')
      and expires_at <= p_at + case state when 'live' then interval '7 days' else '0' end
    order by expires_at limit 1000 for update skip locked
  )
  update public.connections c set state = case when is_over then 'reconnect_needed' else 'expiring' end,
    state_code = case when is_over then 'access_expired' else 'access_expires' end,
    state_message = case when is_over then 'The access that was given has ended.'
      else 'The access that was given ends soon.' end
  from due where c.id = due.id;
  get diagnostics v_count = row_count;
  return v_count;
end
$$;
comment on function private.note_ends(timestamptz) is
  'Tells of connections whose access ends within a week, or has ended, up to 1,000. Returns how many.';
revoke execute on function private.note_ends(timestamptz) from public;

create function private.reseal(p_qty integer default 500) returns integer
language plpgsql volatile set search_path = '' as $$
declare
  v_key text := (select key_name from private.seal_keys where is_current);
  v_old record;
  v_count integer := 0;
begin
  -- Nearly always there is one key.
  if (select count(*) from private.seal_keys) < 2 then return 0; end if;
  for v_old in
    select * from private.connection_tokens where key_name <> v_key
    order by connection_id limit p_qty for update skip locked
  loop
    update private.connection_tokens set key_name = v_key,
      access_token = private.seal('access ' || connection_id,
        private.unseal('access ' || connection_id, access_token, key_name), v_key),
      refresh_token = private.seal('refresh ' || connection_id,
        private.unseal('refresh ' || connection_id, refresh_token, key_name), v_key)
    where connection_id = v_old.connection_id;
    v_count := v_count + 1;
  end loop;
  -- The outbox and the choices are short-lived: a key goes when nothing lies under it any more.
  with unused as (
    delete from private.seal_keys k where not is_current and made_at < (select private.now()) - interval '1 hour'
      and not exists (select from private.connection_tokens t where t.key_name = k.key_name)
      and not exists (select from private.connection_choices c where c.key_name = k.key_name)
      and not exists (select from private.revocations r where r.key_name = k.key_name)
    returning key_name
  )
  delete from vault.secrets s using unused where s.name = unused.key_name;
  return v_count;
end
$$;
comment on function private.reseal(integer) is
  'Seals up to p_qty connections'' tokens anew that lie under a key which is no longer the current one, and throws '
  'away keys under which nothing lies. Returns how many.';
revoke execute on function private.reseal(integer) from public;

create function ops.rotate_connections_key() returns text
language plpgsql security definer set search_path = '' as $$
begin
  return private.make_seal_key();
end
$$;
comment on function ops.rotate_connections_key() is
  'Makes a new key for the tokens of connections. Those that are there are sealed anew by and by, by the schedules; '
  'then the old key is thrown away. Returns the name of the new one.';
revoke execute on function ops.rotate_connections_key() from public;

create function private.look_after_connections() returns jsonb
language plpgsql volatile set search_path = '' as $$
declare
  v_now timestamptz := private.now();
begin
  delete from private.connection_starts where expires_at <= v_now;
  delete from private.connection_choices where expires_at <= v_now;
  return jsonb_strip_nulls(jsonb_build_object(
    'freed', private.guarded('esteira-connections', format('private.end_holds(%L)', v_now)),
    'ended', private.guarded('esteira-connections', format('private.note_ends(%L)', v_now)),
    'resealed', private.guarded('esteira-connections', 'private.reseal()')));
end
$$;
comment on function private.look_after_connections() is
  'Ends holds whose time has come, tells of accesses that end, forgets sign-ins that came to nothing, and seals tokens '
  'anew after a change of key. Returns counts: {freed, ended, resealed}.';
revoke execute on function private.look_after_connections() from public;

create function private.forget_commits() returns integer
language plpgsql volatile set search_path = '' as $$
begin
  -- As long as the longest window of any platform, and a day.
  return private.forget_older('private.commits', 'committed_at', private.now() - interval '1 day' - (
    select greatest(max(post_window), max(connection_post_window), interval '1 day') from private.platforms));
end
$$;
comment on function private.forget_commits() is
  'Forgets when posts went out that no window knows any more, up to 20,000. Returns how many.';
revoke execute on function private.forget_commits() from public;

create function private.forget_connections(p_qty integer default 1000) returns integer
language plpgsql volatile set search_path = '' as $$
declare
  v_count integer;
begin
  with over as materialized (
    select c.id from public.connections c
    where c.state = 'revoked' and c.updated_at < (select private.now()) - interval '30 days'
      and not exists (select from public.publications p where p.connection_id = c.id)
    limit p_qty for update of c skip locked
  )
  delete from public.connections c using over where c.id = over.id;
  get diagnostics v_count = row_count;
  return v_count;
end
$$;
comment on function private.forget_connections(integer) is
  'Forgets up to p_qty connections that were ended 30 days ago, and that no publication names. Returns how many.';
revoke execute on function private.forget_connections(integer) from public;
