create type private.lane_now as (
  lane text, accounts integer, slots integer, usable integer, busy integer, free integer, ages interval[]);
comment on type private.lane_now is
  'How a lane stands: accounts in use; slots of theirs that stay; usable: those whose account is not paused; busy: '
  'held, free: not held, of the usable ones; ages: how long up to 200 of the busy ones have been held.';

create function private.lane_now(p_lane text, p_at timestamptz) returns private.lane_now
language plpgsql stable set search_path = '' as $$
declare
  v_now private.lane_now;
begin
  select p_lane, count(distinct a.account_id), count(s.slot_id), count(s.slot_id) filter (where u.is_usable),
    count(s.slot_id) filter (where u.is_usable and s.token is not null),
    count(s.slot_id) filter (where u.is_usable and s.token is null)
  into v_now.lane, v_now.accounts, v_now.slots, v_now.usable, v_now.busy, v_now.free
  from private.accounts a left join private.slots s on s.account_id = a.account_id and not s.is_retiring,
  lateral (select coalesce(a.paused_until <= p_at, true) as is_usable) u
  where a.lane = p_lane and a.retired_at is null;
  v_now.ages := array(select h.age from private.holders_of(p_lane, p_at) h where h.age is not null);
  return v_now;
end
$$;
comment on function private.lane_now(text, timestamptz) is 'How a lane stands at a time, which is now.';
revoke execute on function private.lane_now(text, timestamptz) from public;

create function private.holders_of(p_lane text, p_at timestamptz)
returns table (job_id uuid, age interval)
language plpgsql stable rows 10 set search_path = '' as $$
begin
  -- Who has ended while the task lives on is in the outbox; the job itself may be gone.
  return query
    select s.job_id, greatest(p_at - t.started_at, '0')
    from (
      select * from private.slots x where x.lane = p_lane and x.token is not null and not x.is_retiring
      order by x.slot_id limit 200) s
    left join public.job_attempts a on a.job_id = s.job_id and a.token = s.token
    left join private.cancels c on c.token = s.token,
    lateral (select coalesce(a.started_at, c.started_at) as started_at) t
    order by t.started_at;
end
$$;
comment on function private.holders_of(text, timestamptz) is
  'Who holds up to 200 slots of a lane, and for how long; whoever has it longest first.';
revoke execute on function private.holders_of(text, timestamptz) from public;

create type private.drain as (p50 interval, p90 interval);
comment on type private.drain is
  'In how long a place in a line is likely to have its turn: in half of all cases, in nine of ten. Null: nobody knows.';

create function private.turn_of(p_nth integer, p_slots integer, p_rests double precision[], p_mean double precision)
returns double precision
language sql immutable set search_path = '' as $$
  -- Whoever is p_slots places further back has the same slot, one turn later. Of many slots a part is known.
  select r.rest + ((p_nth - 1) / p_slots) * p_mean
  from (select rest, row_number() over (order by rest) as n, count(*) over () as known from unnest(p_rests) u (rest)) r
  where r.n = ceil(((p_nth - 1) % p_slots + 1)::numeric * r.known / p_slots)
$$;
comment on function private.turn_of(integer, integer, double precision[], double precision) is
  'In how many seconds the p_nth in a line has a turn, where p_slots are free in p_rests seconds, then every p_mean.';
revoke execute on function private.turn_of(integer, integer, double precision[], double precision) from public;

create function private.spread(p_mean double precision, p_variance double precision) returns private.drain
language sql immutable set search_path = '' as $$
  -- Waiting times as a gamma distribution, its quantiles by Wilson and Hilferty.
  select (private.seconds(round(p_mean * (1 - u) ^ 3)),
    private.seconds(round(p_mean * (1 - u + 1.2816 * sqrt(u)) ^ 3)))::private.drain
  from (select case when p_variance > 0 then 1 / (9 * greatest(p_mean ^ 2 / p_variance, 0.5)) else 0 end as u) v
$$;
comment on function private.spread(double precision, double precision) is
  'The median and the ninth decile of a waiting time of this mean and variance, in seconds.';
revoke execute on function private.spread(double precision, double precision) from public;

create function private.by_clock(p_job public.jobs, p_pace private.lane_paces, p_at timestamptz)
returns double precision
language plpgsql stable set search_path = '' as $$
declare
  v_clock bigint := (
    select virtual_time from private.clocks where lane = p_job.lane and priority = p_job.priority);
  v_then jsonb := p_pace.marks -> 0;
  v_went bigint := v_clock - (v_then #>> array['clocks', p_job.priority::text])::bigint;
  v_for interval := p_at - (v_then ->> 'at')::timestamptz;
begin
  -- Of a few minutes, or of a clock that stands still, nothing can be told.
  if v_went is null or v_went <= 0 or v_for < interval '3 minutes' then return null; end if;
  return greatest(p_job.ticket - v_clock - 0.5, 0) * extract(epoch from v_for) / v_went;
end
$$;
comment on function private.by_clock(public.jobs, private.lane_paces, timestamptz) is
  'In how many seconds the clock of its order is likely to have come to a waiting job''s ticket, by how fast it went '
  'over the last quarter of an hour. Null: nobody knows.';
revoke execute on function private.by_clock(public.jobs, private.lane_paces, timestamptz) from public;

create function private.in_line(
  p_nth integer, p_slots integer, p_free integer, p_ages interval[], p_mean double precision, p_chance double precision
) returns double precision
language plpgsql immutable set search_path = '' as $$
declare
  v_by_ages double precision;
  v_by_chance double precision := (p_nth - p_free) * p_mean / p_slots;
begin
  v_by_ages := private.turn_of(p_nth, p_slots, array_fill(0::double precision, array[p_free]) || array(
    select greatest(p_mean - extract(epoch from age), p_mean / 20) from unnest(p_ages) age), p_mean);
  return (1 - p_chance) * coalesce(v_by_ages, v_by_chance) + p_chance * v_by_chance;
end
$$;
comment on function private.in_line(
  integer, integer, integer, interval[], double precision, double precision) is
  'In how many seconds the p_nth in line is likely to have a slot where nobody else comes before it. p_chance: 0, '
  'every task takes as long as the last; 1, how long one has taken tells nothing.';
revoke execute on function private.in_line(
  integer, integer, integer, interval[], double precision, double precision) from public;

create function private.drain(
  p_nth integer, p_slots integer, p_free integer, p_ages interval[], p_pace private.lane_paces,
  p_by_clock double precision default null
) returns private.drain
language plpgsql immutable set search_path = '' as $$
declare
  v_mean double precision := greatest(extract(epoch from p_pace.hold_mean), 0.001);
  v_sd double precision := extract(epoch from p_pace.hold_sd);
  v_nth integer := 1 + round((p_nth - 1) / (1 - least(p_pace.come_back, 0.9))); -- who comes back goes first again
  v_busy double precision; -- what is created, as a share of what the lane gets done
  v_alone double precision;
  v_seconds double precision;
begin
  if p_nth <= p_free then return ('0', '0')::private.drain; end if;
  if p_pace.hold_mean is null or coalesce(p_slots, 0) = 0 then return null; end if;
  v_alone := private.in_line(v_nth, p_slots, p_free, p_ages, v_mean, least((v_sd / v_mean) ^ 2, 1));
  -- A fair order lets some who come later go first: no more than the clock of the order tells, nor than are created.
  v_busy := p_pace.created_a_minute / 60 * v_mean / p_slots / (1 - least(p_pace.come_back, 0.9));
  v_seconds := greatest(v_alone, case when p_by_clock is not null then
    least(p_by_clock, case when v_busy < 1 then v_alone / (1 - v_busy) end) end);
  return private.spread(v_seconds, v_nth * (v_sd / p_slots) ^ 2 + v_sd ^ 2 * (1 - 1.0 / p_slots) / 4
    + (0.15 * v_seconds) ^ 2 + (0.5 * (v_seconds - v_alone)) ^ 2);
end
$$;
comment on function private.drain(
  integer, integer, integer, interval[], private.lane_paces, double precision) is
  'In how long the p_nth of a lane''s line is likely to have a slot, by how long slots are held of late, of which '
  'p_free are free and the others have been held for p_ages; p_by_clock: see private.by_clock. Null: nothing was '
  'measured, or there are no slots.';
revoke execute on function private.drain(
  integer, integer, integer, interval[], private.lane_paces, double precision) from public;

create function private.jobs_before(p_job public.jobs, p_limit integer default 10000) returns integer
language plpgsql stable set search_path = '' as $$
begin
  -- Two ranges of the index, each read no further than it goes.
  return (
    select count(*)::integer from (
      (select from public.jobs
       where lane = p_job.lane and status = 'pending' and run_at is null and priority > p_job.priority
       order by priority desc, ticket, id limit p_limit)
      union all
      (select from public.jobs
       where lane = p_job.lane and status = 'pending' and run_at is null and priority = p_job.priority
         and (ticket, id) < (p_job.ticket, p_job.id)
       order by priority desc, ticket, id limit p_limit)
      limit p_limit) before);
end
$$;
comment on function private.jobs_before(public.jobs, integer) is
  'How many jobs wait before this one in its lane; counts to p_limit and no further.';
revoke execute on function private.jobs_before(public.jobs, integer) from public;

create function private.waiting_in(p_lane text, p_limit integer default 10000) returns integer
language plpgsql stable set search_path = '' as $$
begin
  return (
    select count(*)::integer from (
      select from public.jobs where lane = p_lane and status = 'pending' and run_at is null
      order by priority desc, ticket, id limit p_limit) w);
end
$$;
comment on function private.waiting_in(text, integer) is
  'How many jobs of a lane are ready and wait for a slot; counts to p_limit and no further.';
revoke execute on function private.waiting_in(text, integer) from public;

create function private.drain_of_lane(p_lane text, p_at timestamptz) returns private.drain
language plpgsql stable set search_path = '' as $$
declare
  v_pace private.lane_paces;
  v_now private.lane_now := private.lane_now(p_lane, p_at);
begin
  select * into v_pace from private.lane_paces where lane = p_lane;
  if not private.is_fresh(v_pace.measured_at, p_at) then return null; end if;
  return private.drain(private.waiting_in(p_lane), v_now.usable, v_now.free, v_now.ages, v_pace);
end
$$;
comment on function private.drain_of_lane(text, timestamptz) is
  'In how long whoever waits in a lane now, up to 10,000, is likely to have had a slot. Null: nobody knows, for '
  'nothing was measured or it is stale.';
revoke execute on function private.drain_of_lane(text, timestamptz) from public;
