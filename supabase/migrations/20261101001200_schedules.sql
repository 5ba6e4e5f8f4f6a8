-- Schedules: what happens though nobody asks. Every job is idempotent and may run any number of times at once.
--
-- The tick is the last of three ways in which work reaches a worker (see the queue room): whatever the inline drain
-- and the poke have missed waits for it, ten seconds at most.

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
       or (select queue_visible_length from pgmq.metrics('settle_queue')) > 0 then
      perform private.poke(v_lane.lane);
      v_poked := v_poked + 1;
    end if;
  end loop;
  return v_poked;
end
$$;
comment on function private.tick() is 'Dispatches every lane and wakes the worker where work is visible. Returns how many lanes were poked.';

select cron.schedule('esteira-tick', '10 seconds', 'select private.tick()');

revoke execute on all functions in schema private, worker, ops from public;
