create function private.hold_connection(
  p_connection_id uuid, p_state text, p_until timestamptz, p_code text, p_message text
) returns void
language plpgsql volatile set search_path = '' as $$
declare
  v_until timestamptz := case when p_state = 'limited' then coalesce(p_until, private.now() + interval '5 minutes') end;
begin
  -- A wait is never made shorter, and hides nothing that only its owner can mend.
  update public.connections set state = p_state, held_until = v_until, state_code = coalesce(p_code, p_state),
    state_message = private.cut(p_message, 500)
  where id = p_connection_id and state not in ('revoked', 'reconnect_needed')
    and (p_state <> 'limited' or held_until is null or held_until < v_until);
end
$$;
comment on function private.hold_connection(uuid, text, timestamptz, text, text) is
  'Lets nothing begin with a connection: p_state limited, until p_until (five minutes when that is null), or '
  'reconnect_needed, until its owner connects it anew. p_code, p_message: why, for its owner.';
revoke execute on function private.hold_connection(uuid, text, timestamptz, text, text) from public;

create function private.hold_platform(p_platform text, p_until timestamptz, p_reason text) returns void
language plpgsql volatile set search_path = '' as $$
begin
  -- A pause is never made shorter, and keeps the reason of whoever made it longer.
  update private.platforms set paused_until = p_until, pause_reason = private.cut(p_reason, 500), down_since = null,
    probe_id = null
  where platform = p_platform and (paused_until is null or paused_until < p_until);
end
$$;
comment on function private.hold_platform(text, timestamptz, text) is
  'Lets nothing begin at a platform before p_until; infinity: before an operator resumes it (ops.resume_platform).';
revoke execute on function private.hold_platform(text, timestamptz, text) from public;

create function private.hold_seen(p_connection_id uuid, p_at timestamptz) returns text
language plpgsql stable set search_path = '' as $$
begin
  return (
    select case
      when c.state in ('revoked', 'reconnect_needed') then c.state
      when c.held_until > p_at then case c.state_code when 'posting_limit' then 'posting_limit' else 'limited' end
      when p.paused_until > p_at and p.probe_id is distinct from c.id then 'platform_paused'
    end
    from public.connections c join private.platforms p using (platform) where c.id = p_connection_id);
end
$$;
comment on function private.hold_seen(uuid, timestamptz) is
  'Why nothing may begin with a connection at p_at: reconnect_needed, revoked, limited, posting_limit or '
  'platform_paused. Null: it may. As the statement sees it.';
revoke execute on function private.hold_seen(uuid, timestamptz) from public;

create function private.connection_hold(p_connection_id uuid, p_at timestamptz) returns text
language plpgsql volatile set search_path = '' as $$
begin
  -- Volatile, so that it sees what was committed before a lock was had; a linter would have it stable.
  -- @plpgsql_check_options: performance_warnings = off
  return private.hold_seen(p_connection_id, p_at);
end
$$;
comment on function private.connection_hold(uuid, timestamptz) is
  'The same as hold_seen, as it is now rather than when the statement began: for whoever has locked the line.';
revoke execute on function private.connection_hold(uuid, timestamptz) from public;

create function private.platform_freed(p_platform text) returns integer
language plpgsql volatile set search_path = '' as $$
declare
  v_count integer;
begin
  -- Whatever they show as their hold: that is written for the first of a line, and skips what is locked.
  insert into private.freed_connections (connection_id)
  select distinct p.connection_id from public.publications p where p.line = 'held' and p.platform = p_platform;
  get diagnostics v_count = row_count;
  return v_count;
end
$$;
comment on function private.platform_freed(text) is
  'Notes that the lines of all connections may go on that a pause of their platform holds up. Returns how many.';
revoke execute on function private.platform_freed(text) from public;

create function ops.resume_platform(p_platform text) returns integer
language plpgsql security definer set search_path = '' as $$
begin
  perform private.check_platform(p_platform);
  update private.platforms set paused_until = null, pause_reason = null, failures = 0, down_since = null,
    probe_id = null
  where platform = p_platform;
  return private.platform_freed(p_platform);
end
$$;
comment on function ops.resume_platform(text) is
  'Ends a platform''s pause; its publications go on with the next dispatch. Returns for how many connections something '
  'waits. Error: 404 unknown_platform.';
revoke execute on function ops.resume_platform(text) from public;
