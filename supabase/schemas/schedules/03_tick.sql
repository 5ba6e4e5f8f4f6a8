create function private.has_endings_due() returns boolean
language plpgsql volatile set search_path = '' as $$
begin
  return exists (select from private.cancels where over_at is null and next_at <= (select private.now()))
    or exists (select from private.doomed_files where due_at <= (select private.now()))
    or exists (select from private.forgets where next_at <= (select private.now()))
    or exists (select from private.revocations where next_at <= (select private.now()))
    or exists (select from private.connection_tokens where renew_at <= (select private.now()));
end
$$;
comment on function private.has_endings_due() is
  'Whether the outboxes of cancels, of what providers are to forget and of revocations, the files to be deleted or '
  'accesses to be renewed wait for a worker.';
revoke execute on function private.has_endings_due() from public;

create function private.lanes_to_settle() returns text[]
language plpgsql volatile set search_path = '' as $$
begin
  -- Volatile, so that it sees what was committed before a lock was had; a linter would have it stable.
  -- @plpgsql_check_options: performance_warnings = off
  return array(
    select distinct j.lane from pgmq.q_settle_queue q
    join public.jobs j on j.id = private.uuid_in(q.message, 'job_id')
    where q.vt <= now() order by j.lane);
end
$$;
comment on function private.lanes_to_settle() is
  'The lanes of which a settle message can be read, but for those of this very transaction.';
revoke execute on function private.lanes_to_settle() from public;

create function private.tick_lane(p_lane private.lanes, p_is_settling boolean) returns integer
language plpgsql set search_path = '' as $$
declare
  v_dispatched integer;
begin
  if p_lane.delivery = 'pull' then return 0; end if;
  v_dispatched := private.dispatch(p_lane.lane, p_poke => false);
  -- The last movement of a burst may have been kept back: whoever still waits hears of it now.
  perform from public.jobs where lane = p_lane.lane and status = 'pending' and run_at is null
  order by priority desc, ticket, id limit 1;
  if found then perform private.announce_lane(p_lane.lane); end if;
  -- The metrics do not see what has just been sent.
  if v_dispatched > 0 or p_is_settling or (select queue_visible_length from pgmq.metrics(p_lane.queue_name)) > 0 then
    perform private.poke(p_lane.lane);
    return 1;
  end if;
  return 0;
end
$$;
comment on function private.tick_lane(private.lanes, boolean) is
  'Dispatches a lane that has a provider, and wakes the worker for it if there is work in it to be seen. Returns 1 if '
  'it was, else 0.';
revoke execute on function private.tick_lane(private.lanes, boolean) from public;

create function private.tick_lanes() returns integer
language plpgsql set search_path = '' as $$
declare
  v_settling jsonb := private.guarded('esteira-tick', 'private.lanes_to_settle()');
  v_poked integer;
begin
  select coalesce(sum(did::integer), 0) into v_poked from private.each_lane('esteira-tick',
    format('private.tick_lane($1, %L::jsonb ? ($1).lane)', coalesce(v_settling, '[]'))) did;
  -- Any worker does what is of no lane, whichever lane it was called for.
  if v_poked = 0 and private.has_endings_due() then
    perform private.poke(lane) from (
      select lane from private.lanes where delivery <> 'pull' order by random() limit 1) any_lane;
    v_poked := found::integer;
  end if;
  return v_poked;
end
$$;
comment on function private.tick_lanes() is
  'Dispatches every lane and wakes the worker where work is visible, or by any lane where work is of none. Returns how '
  'many lanes were poked.';
revoke execute on function private.tick_lanes() from public;
