create function private.has_endings_due() returns boolean
language plpgsql volatile set search_path = '' as $$
begin
  return exists (select from private.cancels where over_at is null and next_at <= private.now())
    or exists (select from private.doomed_files where due_at <= private.now())
    or exists (select from private.forgets where next_at <= private.now());
end
$$;
comment on function private.has_endings_due() is
  'Whether the outboxes of cancels and of what providers are to forget, or the files to be deleted, wait for a worker.';
revoke execute on function private.has_endings_due() from public;

create function private.tick() returns integer
language plpgsql set search_path = '' as $$
declare
  v_lane private.lanes;
  v_dispatched integer;
  v_poked integer := 0;
begin
  for v_lane in select * from private.lanes where delivery <> 'pull' order by lane loop
    v_dispatched := private.dispatch(v_lane.lane, p_poke => false);
    -- The metrics do not see what has just been sent.
    if v_dispatched > 0 or (select queue_visible_length from pgmq.metrics(v_lane.queue_name)) > 0
       or (select queue_visible_length from pgmq.metrics('settle_queue')) > 0 or private.has_endings_due() then
      perform private.poke(v_lane.lane);
      v_poked := v_poked + 1;
    end if;
    -- The last movement of a burst may have been kept back: whoever still waits hears of it now.
    perform from public.jobs where lane = v_lane.lane and status = 'pending' and run_at is null
    order by priority desc, ticket, id limit 1;
    if found then perform private.announce_lane(v_lane.lane); end if;
  end loop;
  perform private.estimate_progress();
  perform private.beat('esteira-tick', jsonb_build_object('poked', v_poked));
  return v_poked;
end
$$;
comment on function private.tick() is
  'Dispatches every lane and wakes the worker where work is visible. Returns how many lanes were poked.';
revoke execute on function private.tick() from public;
