create type private.place as (
  nth integer, is_exact boolean, is_let boolean, can_start boolean, drain private.drain, expected_at timestamptz,
  evidence jsonb);
comment on type private.place is
  'Where a ready job stands in its lane: 1 is next; is_let: neither a pause nor its user''s limit nor a provider that '
  'is down keeps it; can_start: nor does anything else. drain, expected_at: null where nobody knows.';

create function private.place_of(p_wait private.wait) returns private.place
language plpgsql stable set search_path = '' as $$
declare
  v_now private.lane_now := p_wait.now;
  v_lane private.lanes := p_wait.lane;
  v_before integer := private.jobs_before(p_wait.job);
  v_rate_frees timestamptz;
  v_place private.place;
begin
  v_place.nth := v_before + 1;
  v_place.is_exact := v_before < 10000;
  v_place.is_let := v_lane.circuit_opened_at is null and coalesce(v_lane.paused_until <= p_wait.at, true)
    and not exists (select from private.user_pauses u where u.user_id = (p_wait.job).user_id
      and u.paused_until > p_wait.at)
    and (v_lane.max_active_per_user is null
      or private.active_seen(v_lane.lane, (p_wait.job).user_id) < v_lane.max_active_per_user);
  v_rate_frees := private.rate_frees(v_lane, v_place.nth, p_wait.at);
  v_place.can_start := v_before < v_now.free and v_place.is_let and v_rate_frees is null;
  if p_wait.is_fresh then
    v_place.drain := private.drain(v_place.nth, v_now.usable, v_now.free, v_now.ages, p_wait.pace,
      private.by_clock(p_wait.job, p_wait.pace, p_wait.at));
  end if;
  -- Where something else stands in its way, nobody knows until that is over.
  if v_place.is_exact and v_place.is_let and v_place.drain is not null then
    v_place.expected_at := greatest(p_wait.at + (v_place.drain).p50, v_rate_frees);
  end if;
  v_place.evidence := jsonb_build_object('position', v_place.nth, 'exact', v_place.is_exact, 'slots', v_now.usable,
    'free', v_now.free, 'p50_seconds', extract(epoch from (v_place.drain).p50)::integer,
    'p90_seconds', extract(epoch from (v_place.drain).p90)::integer,
    'ended_a_minute', round((p_wait.pace).ended_a_minute::numeric, 2),
    'created_a_minute', round((p_wait.pace).created_a_minute::numeric, 2),
    'slot_seconds', extract(epoch from (p_wait.pace).hold_mean)::integer, 'measured_of', (p_wait.pace).holds);
  return v_place;
end
$$;
comment on function private.place_of(private.wait) is
  'Where a ready job stands in its lane, and when it is likely to start.';
revoke execute on function private.place_of(private.wait) from public;

create function private.findings_of_the_line(p_wait private.wait) returns setof private.finding
language plpgsql stable set search_path = '' as $$
declare
  v_job public.jobs := p_wait.job;
  v_place private.place := private.place_of(p_wait);
  v_since timestamptz := coalesce(v_job.queued_at, v_job.created_at);
  v_turn timestamptz := greatest(v_job.updated_at, v_since, v_job.run_at);
begin
  if (p_wait.now).usable = 0 then return; end if; -- it is said elsewhere why
  -- Only what would be said by it depends on it.
  if (p_wait.pace).measured_at is not null and not p_wait.is_fresh and v_place.is_let
     and private.rate_frees(p_wait.lane, v_place.nth, p_wait.at) is null then
    return next private.finding('telemetry_stale', format('How fast lane %s drains was measured last at %s.',
        v_job.lane, (p_wait.pace).measured_at), jsonb_build_object('measured_at', (p_wait.pace).measured_at),
      p_since => (p_wait.pace).measured_at, p_subject => 'lane_paces',
      p_repair_sql => 'select private.run_part(''esteira-paces'')');
  end if;
  if v_place.can_start and p_wait.at - v_turn > interval '1 minute' then
    return next private.finding('not_dispatched',
      format('Its turn has come in lane %s and a slot is free.', v_job.lane), v_place.evidence,
      p_since => v_turn, p_subject => v_job.lane,
      p_repair_sql => 'select private.tick()');
    return;
  end if;
  if not v_place.is_let then null; -- it is said elsewhere why
  elsif v_place.expected_at > v_job.start_by then
    return next private.finding('expires_in_line', format('It expires at %s, and its turn is expected at %s.',
        v_job.start_by, v_place.expected_at),
      v_place.evidence || jsonb_build_object('expires_at', v_job.start_by), p_since => v_since,
      p_expected_at => v_job.start_by, p_subject => v_job.lane);
  elsif v_place.expected_at is not null then
    return next private.not_so('expires_in_line',
      format('Its turn is expected before it expires (%s).', v_job.start_by), p_subject => v_job.lane);
  end if;
  if v_place.is_let and greatest(p_wait.at, v_place.expected_at) - v_since > interval '1 hour' then
    return next private.finding('queue_backlog', format('Lane %s has more to do than its %s slots get done soon.',
        v_job.lane, (p_wait.now).usable),
      v_place.evidence || jsonb_build_object('waiting', private.waiting_in(v_job.lane)), p_since => v_since,
      p_expected_at => v_place.expected_at, p_subject => v_job.lane);
  end if;
  return next private.finding('waiting_for_slot', format('It is number %s%s in line for the %s slots of lane %s.',
      v_place.nth, case when not v_place.is_exact then ' or later' end, (p_wait.now).usable, v_job.lane),
    v_place.evidence || jsonb_build_object('holders', private.shown_holders(v_job.lane, p_wait.at),
      'paused', private.paused_accounts(v_job.lane, p_wait.at)),
    p_since => v_since, p_expected_at => v_place.expected_at, p_subject => v_job.lane);
end
$$;
comment on function private.findings_of_the_line(private.wait) is
  'Where a ready job stands in line, whether that takes too long, and whether its turn was missed.';
revoke execute on function private.findings_of_the_line(private.wait) from public;

create function private.shown_holders(p_lane text, p_at timestamptz) returns jsonb
language plpgsql stable set search_path = '' as $$
begin
  return (
    select jsonb_agg(jsonb_build_object('job_id', h.job_id, 'seconds', extract(epoch from h.age)::integer)
      order by h.age desc)
    from (select * from private.holders_of(p_lane, p_at) limit 10) h);
end
$$;
comment on function private.shown_holders(text, timestamptz) is
  'The ten that have held slots of a lane for longest: [{job_id, seconds}, …].';
revoke execute on function private.shown_holders(text, timestamptz) from public;
