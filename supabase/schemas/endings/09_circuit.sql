create function private.next_probe(p_opened_at timestamptz, p_at timestamptz) returns timestamptz
language sql immutable set search_path = '' as $$
  select p_at + least(greatest(p_at - p_opened_at, interval '15 seconds'), interval '5 minutes')
$$;
comment on function private.next_probe(timestamptz, timestamptz) is
  'When a provider that has been down since p_opened_at is to be tried again after p_at: the pauses double, from 15 '
  'seconds to 5 minutes.';
revoke execute on function private.next_probe(timestamptz, timestamptz) from public;

create function private.may_probe(p_lane text) returns boolean
language plpgsql volatile set search_path = '' as $$
begin
  -- Waits for nobody: whoever has the lane probes in our stead. No probe is put off for more than five minutes, but by
  -- a clock that was set back.
  update private.lanes set circuit_probe_at = private.next_probe(circuit_opened_at, private.now())
  where lane = (
    select lane from private.lanes
    where lane = p_lane
      and (circuit_probe_at <= (select private.now())
        or circuit_probe_at > (select private.now()) + interval '5 minutes')
    for no key update skip locked);
  return found;
end
$$;
comment on function private.may_probe(text) is
  'Whether a lane whose circuit is open may start one job now, to see whether its provider is back.';
revoke execute on function private.may_probe(text) from public;

create function worker.provider_down(p_lane text, p_reason text) returns boolean
language plpgsql security definer set search_path = '' as $$
declare
  v_now timestamptz := private.now();
  v_lane private.lanes;
  v_is_left boolean;
begin
  update private.lanes set circuit_failures = least(circuit_failures, 1000000) + 1 where lane = p_lane
  returning * into v_lane;
  if v_lane.circuit_failures is null or v_lane.circuit_failures < 3 then return false; end if;
  -- A probe that is still to come stays where it is, and so does one that is left to the next job: or one task that is
  -- never answered would put off for ever what shows that others are.
  v_is_left := v_lane.circuit_probe_at between v_now and v_now + interval '5 minutes' or exists (
    select from public.jobs where lane = p_lane and status = 'pending' and run_at is null
    order by priority desc, ticket, id limit 1);
  update private.lanes set circuit_opened_at = coalesce(circuit_opened_at, v_now),
    circuit_reason = left(coalesce(p_reason, 'the provider does not answer'), 500),
    circuit_probe_at = case when v_is_left and circuit_probe_at is not null then circuit_probe_at
      else private.next_probe(coalesce(circuit_opened_at, v_now), v_now) end
  where lane = p_lane;
  return true;
end
$$;
comment on function worker.provider_down(text, text) is
  'A lane''s provider could not be reached, or answered as one that is down. Three in a row open the circuit: nothing '
  'starts but a probe now and then, no deadline passes, no attempt is used up. Returns whether it is open.';
revoke execute on function worker.provider_down(text, text) from public;
grant execute on function worker.provider_down(text, text) to service_role;

create function private.look_at_what_waited(p_lane private.lanes, p_at timestamptz) returns void
language plpgsql set search_path = '' as $$
begin
  -- What somebody works on is leased for a minute, a submit for the lane's lease: those stay with whoever has them.
  -- What is due sooner comes by itself; copies wait for somebody else. Waits for nobody.
  with put_off as materialized (
    select q.msg_id from pgmq.q_settle_queue q
    join public.jobs j
      on j.id = private.uuid_in(q.message, 'job_id') and j.lane = p_lane.lane and j.status = 'processing'
    join public.job_attempts a on a.job_id = j.id and a.attempt = private.number_in(q.message, 'attempt')
    where a.phase <> 'produced' and q.read_ct > 0 and q.vt > clock_timestamp() + interval '60 seconds'
    for update of q skip locked
  )
  update pgmq.q_settle_queue q set vt = clock_timestamp() from put_off p where q.msg_id = p.msg_id;
  execute format($query$
    with put_off as materialized (
      select q.msg_id from pgmq.%1$I q
      join public.job_attempts a
        on a.job_id = private.uuid_in(q.message, 'job_id') and a.attempt = private.number_in(q.message, 'attempt')
      where a.phase in ('dispatched', 'preparing') and q.vt > clock_timestamp() + $1
      for update of q skip locked
    )
    update pgmq.%1$I q set vt = clock_timestamp() from put_off p where q.msg_id = p.msg_id $query$,
    'q_' || p_lane.queue_name)
  using p_lane.lease;
  with put_off as materialized (
    select token from private.cancels
    where lane = p_lane.lane and over_at is null and next_at > p_at + interval '60 seconds'
    for update skip locked
  )
  update private.cancels c set next_at = p_at from put_off p where c.token = p.token;
end
$$;
comment on function private.look_at_what_waited(private.lanes, timestamptz) is
  'Has what workers put off because a lane''s provider was down looked at now: questions, submits and the outbox.';
revoke execute on function private.look_at_what_waited(private.lanes, timestamptz) from public;

create function worker.provider_up(p_lane text) returns boolean
language plpgsql security definer set search_path = '' as $$
declare
  v_now timestamptz := private.now();
  v_lane private.lanes;
begin
  select * into v_lane from private.lanes where lane = p_lane and circuit_failures > 0 for no key update;
  if not found then return false; end if;
  update private.lanes set circuit_failures = 0, circuit_opened_at = null, circuit_probe_at = null,
    circuit_reason = null
  where lane = p_lane;
  if v_lane.circuit_opened_at is null then return false; end if;
  -- The time that it was down is nobody's: deadlines move by as much.
  with postponed as (
    select id from public.jobs where lane = p_lane and status = 'processing' and deadline_at is not null
    order by id for update
  )
  update public.jobs j set deadline_at = greatest(j.deadline_at, v_now)
    + least(greatest(v_now - v_lane.circuit_opened_at, interval '0'), interval '1 day')
  from postponed where j.id = postponed.id;
  perform private.look_at_what_waited(v_lane, v_now);
  perform private.dispatch(p_lane);
  perform private.poke(p_lane);
  return true;
end
$$;
comment on function worker.provider_up(text) is
  'A lane''s provider has answered: its circuit closes, the deadlines of what runs move by the time that it was open, '
  'what was put off meanwhile is looked at, and the lane is dispatched. Returns whether it was open.';
revoke execute on function worker.provider_up(text) from public;
grant execute on function worker.provider_up(text) to service_role;
