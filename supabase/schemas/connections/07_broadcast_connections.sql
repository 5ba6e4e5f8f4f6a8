create function private.hint_of_connection(p_connection public.connections) returns private.hint
language plpgsql volatile set search_path = '' as $$
begin
  return (gen_random_uuid(), 'jobs:' || p_connection.user_id, 'connection_changed', jsonb_build_object(
    'type', 'connection_changed', 'table', 'connections', 'schema', 'public', 'connection_id', p_connection.id,
    'platform', p_connection.platform, 'state', p_connection.state, 'state_code', p_connection.state_code,
    'held_until', p_connection.held_until, 'at', private.now()), p_connection.id)::private.hint;
end
$$;
comment on function private.hint_of_connection(public.connections) is
  'What the topic of its owner''s jobs is told of a connection that is new or stands otherwise.';
revoke execute on function private.hint_of_connection(public.connections) from public;

create function private.broadcast_connections() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  v_hints private.hint[];
begin
  if tg_op = 'INSERT' then
    v_hints := array(select private.hint_of_connection(n::public.connections) from new_connections n order by n.id);
  else
    v_hints := array(
      select private.hint_of_connection(n::public.connections)
      from new_connections n join old_connections o on o.id = n.id
      where (n.state, n.state_code, n.held_until, n.display_name, n.avatar_url, n.scopes)
        is distinct from (o.state, o.state_code, o.held_until, o.display_name, o.avatar_url, o.scopes)
      order by n.id);
  end if;
  if v_hints <> '{}' then perform private.send(v_hints); end if;
  return null;
end
$$;
comment on function private.broadcast_connections() is
  'After every statement that makes connections, or changes what is shown of them: tells the topics of their owners'' '
  'jobs, as the event connection_changed.';
revoke execute on function private.broadcast_connections() from public;

create trigger new_connections_broadcast_trigger after insert on public.connections
  referencing new table as new_connections for each statement execute function private.broadcast_connections();
create trigger connections_broadcast_trigger after update on public.connections
  referencing old table as old_connections new table as new_connections
  for each statement execute function private.broadcast_connections();

create function private.date_connection() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  new.updated_at := private.now();
  return new;
end
$$;
comment on function private.date_connection() is 'Before a connection stands otherwise: says when.';
revoke execute on function private.date_connection() from public;

create trigger connections_are_dated before update on public.connections for each row
  when (to_jsonb(new) - array['limits', 'checked_at'] is distinct from to_jsonb(old) - array['limits', 'checked_at'])
  execute function private.date_connection();
