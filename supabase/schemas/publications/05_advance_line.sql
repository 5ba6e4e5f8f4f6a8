create function private.line_key(p_connection_id uuid) returns bigint
language sql immutable set search_path = '' as $$
  select hashtextextended('esteira.line:' || p_connection_id, 0)
$$;
comment on function private.line_key(uuid) is 'The advisory lock of whoever lets a connection''s line go on.';
revoke execute on function private.line_key(uuid) from public;

create function private.show_hold(p_connection_id uuid, p_hold text) returns void
language plpgsql volatile set search_path = '' as $$
begin
  -- Of those who see it next; the others are shown it as they come nearer. Waits for nobody.
  update public.publications p set hold = p_hold where p.job_id in (
    select h.job_id from (
      select job_id, hold from public.publications where connection_id = p_connection_id and line = 'held'
      order by priority desc, ticket, job_id limit 20) h
    join public.publications l on l.job_id = h.job_id
    where h.hold is distinct from p_hold and l.line = 'held' for update of l skip locked);
end
$$;
comment on function private.show_hold(uuid, text) is
  'Shows the first twenty that are held with a connection why they are.';
revoke execute on function private.show_hold(uuid, text) from public;

create function private.next_of_line(p_connection_id uuid, p_at timestamptz, out id uuid, out is_left boolean)
language plpgsql volatile set search_path = '' as $$
declare
  v_aside uuid[] := private.quarantined();
  v_held uuid;
begin
  is_left := false;
  -- A few are locked by whoever ends them, or have no time left and are ended soon; they hold up nobody.
  for v_held in
    select p.job_id from public.publications p
    where p.connection_id = p_connection_id and p.line = 'held' and p.job_id <> all (v_aside)
    order by p.priority desc, p.ticket, p.job_id limit 50
  loop
    select j.id into id from public.jobs j join public.publications p on p.job_id = j.id
    where j.id = v_held and j.status = 'pending' and j.start_by > p_at and p.line = 'held' for update skip locked;
    exit when found;
    is_left := is_left or exists (select from public.jobs j where j.id = v_held and j.start_by > p_at);
  end loop;
end
$$;
comment on function private.next_of_line(uuid, timestamptz, out uuid, out boolean) is
  'Locks the first that is held with a connection and still may begin, and its job; skips what others have locked. '
  'id null: there is none now; is_left: but one that somebody else has.';
revoke execute on function private.next_of_line(uuid, timestamptz, out uuid, out boolean) from public;

create function private.stays_paused(p_connection_id uuid, p_at timestamptz) returns boolean
language plpgsql volatile set search_path = '' as $$
begin
  -- Who ends the pause notes all that wait by what it sees, and not what has come here and is not committed yet.
  perform from private.platforms f join public.connections c on c.platform = f.platform
  where c.id = p_connection_id and f.paused_until > p_at for share of f skip locked;
  return found;
end
$$;
comment on function private.stays_paused(uuid, timestamptz) is
  'Whether a connection''s platform is paused, and stays so until this transaction ends; false: somebody is just '
  'changing that. Waits for nothing.';
revoke execute on function private.stays_paused(uuid, timestamptz) from public;

create function private.advance_line(p_connection_id uuid, p_at timestamptz, out is_done boolean, out is_moved boolean)
language plpgsql volatile set search_path = '' as $$
declare
  v_hold text;
  v_next record;
begin
  is_moved := false;
  is_done := pg_try_advisory_xact_lock(private.line_key(p_connection_id));
  if not is_done then return; end if; -- whoever has it may not see what we see: the note stays
  if exists (select from public.publications where connection_id = p_connection_id and line = 'front') then
    perform private.show_hold(p_connection_id, 'connection_busy');
    return;
  end if;
  v_hold := private.connection_hold(p_connection_id, p_at);
  if v_hold is not null then
    perform private.show_hold(p_connection_id, v_hold);
    if v_hold = 'platform_paused' then is_done := private.stays_paused(p_connection_id, p_at);
    elsif v_hold = 'revoked' then
      is_done := private.end_waiting(p_connection_id, 'connection_revoked', 'The connection was ended') < 20;
    end if;
    return;
  end if;
  select * into v_next from private.next_of_line(p_connection_id, p_at);
  if v_next.id is null then
    is_done := not v_next.is_left;
    return;
  end if;
  update public.publications set line = 'front', hold = null where job_id = v_next.id;
  update public.jobs set run_at = null where id = v_next.id;
  is_moved := true;
  perform private.show_hold(p_connection_id, 'connection_busy');
end
$$;
comment on function private.advance_line(uuid, timestamptz, out boolean, out boolean) is
  'Makes the next publication of a connection its front, and ready, if it has none and nothing holds the connection. '
  'is_done: the line has been looked at; false: somebody else has what it takes, and it is to be looked at again. '
  'Waits for nothing.';
revoke execute on function private.advance_line(uuid, timestamptz, out boolean, out boolean) from public;

create function private.advance_connections(p_limit integer default 100) returns integer
language plpgsql volatile set search_path = '' as $$
declare
  v_now timestamptz := private.now();
  v_note record;
  v_did record;
  v_count integer := 0;
begin
  for v_note in
    with notes as materialized (
      select freed_id, connection_id from private.freed_connections order by freed_id limit 5 * p_limit
      for update skip locked
    )
    select connection_id, array_agg(freed_id) as ids from notes group by connection_id order by min(freed_id)
    limit p_limit
  loop
    begin
      v_did := private.advance_line(v_note.connection_id, v_now);
      if v_did.is_done then delete from private.freed_connections where freed_id = any (v_note.ids); end if;
      v_count := v_count + v_did.is_moved::integer;
    exception when others then
      -- Looked at again after all others.
      delete from private.freed_connections where freed_id = any (v_note.ids);
      perform private.connection_freed(v_note.connection_id);
      perform private.note_fault('dispatch', 'publication', sqlstate,
        format('the line of connection %s: %s', v_note.connection_id, sqlerrm));
    end;
  end loop;
  return v_count;
end
$$;
comment on function private.advance_connections(integer) is
  'Lets the lines go on of up to p_limit connections that are noted in private.freed_connections. One that raises is '
  'told of and stops no other. Returns how many publications have become ready.';
revoke execute on function private.advance_connections(integer) from public;
