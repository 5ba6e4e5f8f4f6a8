create function private.connection_for(p_job public.jobs) returns public.connections
language plpgsql volatile set search_path = '' as $$
declare
  v_connection public.connections;
begin
  -- Volatile, so that it sees what was committed before a lock was had; a linter would have it stable.
  -- @plpgsql_check_options: performance_warnings = off
  select * into v_connection from public.connections
  where id = private.uuid_or_null(p_job.input ->> 'connectionId') and user_id = p_job.user_id
    and platform = split_part(p_job.tool, '_', 1);
  if not found then
    perform private.refuse(404, 'connection_not_found',
      format('You have no such connection that %s could be published with.', p_job.tool), 'connectionId');
  elsif v_connection.state = 'revoked' then
    perform private.refuse(409, 'connection_revoked', 'The connection was ended: connect the account anew.',
      'connectionId');
  end if;
  return v_connection;
end
$$;
comment on function private.connection_for(public.jobs) is
  'The connection that a new job publishes with: its user''s own, at the platform of its tool. Errors: 404 '
  'connection_not_found, 409 connection_revoked.';
revoke execute on function private.connection_for(public.jobs) from public;

create function private.make_publication() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  v_connection public.connections := private.connection_for(new);
  v_fingerprint bytea := private.fingerprint(new.tool, new.input);
  v_is_held boolean := new.run_at >= new.expires_at;
begin
  if new.input -> 'allowDuplicate' is distinct from 'true' then
    perform private.refuse_duplicate(v_connection.id, v_fingerprint, new.created_at);
  end if;
  insert into public.publications (job_id, group_id, user_id, connection_id, platform, fingerprint, line, priority,
    ticket, created_at)
  values (new.id, coalesce(private.uuid_or_null(new.input ->> 'groupId'), private.uuid_v7()), new.user_id,
    v_connection.id, v_connection.platform, v_fingerprint, case when v_is_held then 'held' else 'scheduled' end,
    new.priority, new.ticket, new.created_at);
  if v_is_held then perform private.connection_freed(v_connection.id); end if;
  return null;
end
$$;
comment on function private.make_publication() is
  'After a job is written that names a connection: writes its publication, in the connection''s line. Errors: 404 '
  'connection_not_found, 409 connection_revoked, 409 duplicate_content.';
revoke execute on function private.make_publication() from public;

create trigger jobs_are_published after insert on public.jobs
  for each row when (new.lane = 'publication' and new.input ? 'connectionId')
  execute function private.make_publication();
