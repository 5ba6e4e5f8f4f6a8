create function private.foreign_posts(p_connection public.connections, p_limits jsonb, p_at timestamptz)
returns integer
language plpgsql stable set search_path = '' as $$
declare
  v_span interval := make_interval(secs => (p_limits ->> 'windowSeconds')::double precision);
  v_zone text;
begin
  select connection_post_zone into v_zone from private.platforms
  where platform = p_connection.platform and v_span = '1 day';
  return greatest(0, (p_limits ->> 'used')::integer - (
    select used from private.posted_since(p_connection.platform || ':' || p_connection.external_id,
      private.counts_since(v_span, v_zone, p_at))));
end
$$;
comment on function private.foreign_posts(public.connections, jsonb, timestamptz) is
  'How many of the posts that a platform has counted were not made by us.';
revoke execute on function private.foreign_posts(public.connections, jsonb, timestamptz) from public;

create function worker.connection_checked(p_connection_id uuid, p_limits jsonb, p_profile jsonb) returns void
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_now timestamptz := private.now();
  v_connection public.connections;
  v_limits jsonb;
begin
  select * into v_connection from public.connections where id = p_connection_id and state <> 'revoked' for update;
  if not found then return; end if;
  if private.is_count(p_limits -> 'total', 1000000) and private.is_count(p_limits -> 'used', 1000000)
     and private.is_count(p_limits -> 'windowSeconds', 31536000) and (p_limits ->> 'windowSeconds')::integer > 0 then
    v_limits := jsonb_build_object('total', p_limits -> 'total', 'used', p_limits -> 'used', 'windowSeconds',
      p_limits -> 'windowSeconds', 'resetsAt', p_limits -> 'resetsAt', 'foreign',
      private.foreign_posts(v_connection, p_limits, v_now));
  end if;
  update public.connections set limits = coalesce(v_limits, limits), checked_at = v_now,
    display_name = coalesce(private.cut(p_profile ->> 'display_name', 200), display_name),
    avatar_url = coalesce(p_profile ->> 'avatar_url', avatar_url)
  where id = p_connection_id;
end
$$;
comment on function worker.connection_checked(uuid, jsonb, jsonb) is
  'A platform has answered for a connection. p_limits: what it says that may be posted, {used, total, windowSeconds, '
  'resetsAt}; p_profile: {display_name, avatar_url}; null: it has said nothing of that.';
revoke execute on function worker.connection_checked(uuid, jsonb, jsonb) from public;
grant execute on function worker.connection_checked(uuid, jsonb, jsonb) to service_role;

create function worker.connection_refused(p_connection_id uuid, p_code text, p_message text) returns void
language plpgsql volatile security definer set search_path = '' as $$
begin
  perform private.hold_connection(p_connection_id, 'reconnect_needed', null, p_code, p_message);
end
$$;
comment on function worker.connection_refused(uuid, text, text) is
  'A platform refuses a connection''s access for good: its owner is to connect it anew. p_code, p_message: what '
  'it said.';
revoke execute on function worker.connection_refused(uuid, text, text) from public;
grant execute on function worker.connection_refused(uuid, text, text) to service_role;
