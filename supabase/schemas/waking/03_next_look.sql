create function worker.next_look(p_lane text default null) returns interval
language plpgsql volatile security definer set search_path = '' set plan_cache_mode = force_generic_plan
  set enable_seqscan = off set jit = off as $$
declare
  v_next timestamptz;
begin
  -- What a webhook lane is asked for safety's sake has time until the next tick, and a job that has ended is asked
  -- nothing: for neither is it worth to stay.
  select min(at) into v_next from (
    select min(q.vt) as at from pgmq.q_settle_queue q
    join public.jobs j on j.id = private.uuid_in(q.message, 'job_id') and j.status in ('pending', 'processing')
    join private.lanes l on l.lane = j.lane
    where l.lane = coalesce(p_lane, l.lane) and (l.delivery = 'poll' or q.message ->> 'kind' is distinct from 'poll')
    union all
    -- Publications are awaited and looked after with the message that they are submitted with.
    select min(q.vt) from pgmq.q_publication_queue q where coalesce(p_lane, 'publication') = 'publication'
    union all
    select min(next_at) from private.cancels where over_at is null and lane = coalesce(p_lane, lane)) looks;
  if v_next is null then return null; end if; -- which greatest would pass over
  return greatest(v_next - clock_timestamp(), interval '0');
end
$$;
comment on function worker.next_look(text) is
  'In how long there is next something to settle or to cancel, of one lane or of all; null: nothing waits. Without '
  'what webhook lanes are asked for safety''s sake. For a worker that wonders whether to stay.';
revoke execute on function worker.next_look(text) from public;
grant execute on function worker.next_look(text) to service_role;

create function worker.wake(p_lane text) returns void
language plpgsql security definer set search_path = '' as $$
begin
  perform private.poke(p_lane);
end
$$;
comment on function worker.wake(text) is
  'Wakes a successor for a worker that must end while there is more to do soon; at most once a second for a lane.';
revoke execute on function worker.wake(text) from public;
grant execute on function worker.wake(text) to service_role;
