create function private.own_line(p_wait private.wait, p_limit integer) returns private.drain
language plpgsql stable set search_path = '' as $$
declare
  v_job public.jobs := p_wait.job;
  v_before integer;
  v_ages interval[];
begin
  if not p_wait.is_fresh then return null; end if;
  select count(*) into v_before from (
    select from public.jobs j
    where j.user_id = v_job.user_id and j.lane = v_job.lane and j.status = 'pending' and j.run_at is null
      and (-j.priority, j.ticket, j.id) < (-v_job.priority, v_job.ticket, v_job.id) limit 2000) b;
  v_ages := array(
    select greatest(p_wait.at - j.started_at, '0') from public.jobs j
    where j.user_id = v_job.user_id and j.lane = v_job.lane and j.status = 'processing' limit 200);
  return private.drain(v_before + 1, p_limit, 0, v_ages, p_wait.pace);
end
$$;
comment on function private.own_line(private.wait, integer) is
  'In how long a job is likely to start among those of its user alone, of which p_limit may run at once.';
revoke execute on function private.own_line(private.wait, integer) from public;

create function private.rate_frees(p_lane private.lanes, p_nth integer, p_at timestamptz) returns timestamptz
language plpgsql stable set search_path = '' as $$
declare
  v_starts timestamptz[];
  v_nth integer;
begin
  if p_lane.rate_limit is null then return null; end if;
  v_starts := array(
    select s.started_at from private.starts s where s.lane = p_lane.lane and s.started_at > p_at - p_lane.rate_window
    order by s.started_at desc limit p_lane.rate_limit);
  v_nth := p_nth - (p_lane.rate_limit - cardinality(v_starts));
  if v_nth <= 0 then return null; end if;
  -- The newest come first; the oldest leaves first, and with it the whole window comes again.
  return least(v_starts[cardinality(v_starts) - (v_nth - 1) % p_lane.rate_limit], p_at)
    + p_lane.rate_window * (1 + (v_nth - 1) / p_lane.rate_limit);
end
$$;
comment on function private.rate_frees(private.lanes, integer, timestamptz) is
  'When a lane''s rate lets the p_nth in line start; null: now.';
revoke execute on function private.rate_frees(private.lanes, integer, timestamptz) from public;

create function private.findings_of_limits(p_wait private.wait) returns setof private.finding
language plpgsql stable set search_path = '' as $$
declare
  v_lane private.lanes := p_wait.lane;
  v_job public.jobs := p_wait.job;
  v_active bigint;
  v_frees timestamptz;
begin
  if v_lane.max_active_per_user is not null then
    v_active := private.active_seen(v_lane.lane, v_job.user_id);
    if v_active >= v_lane.max_active_per_user then
      return next private.finding('user_limit', format('Its user has %s jobs going in lane %s, and may have %s.',
          v_active, v_lane.lane, v_lane.max_active_per_user),
        jsonb_build_object('active', v_active, 'limit', v_lane.max_active_per_user),
        p_since => v_job.queued_at, p_subject => v_lane.lane,
        p_expected_at => p_wait.at + (private.own_line(p_wait, v_lane.max_active_per_user)).p50);
    else
      return next private.not_so('user_limit', format('Its user has %s jobs going in lane %s, and may have %s.',
        v_active, v_lane.lane, v_lane.max_active_per_user), p_subject => v_lane.lane);
    end if;
  end if;
  if v_lane.rate_limit is not null and (p_wait.now).free > 0 then
    v_frees := private.rate_frees(v_lane, private.jobs_before(v_job, (p_wait.now).free) + 1, p_wait.at);
    if v_frees > p_wait.at then
      return next private.finding('rate_limited_until', format('Lane %s may start %s jobs in %s, and has.', v_lane.lane,
          v_lane.rate_limit, v_lane.rate_window),
        jsonb_build_object('rate_limit', v_lane.rate_limit, 'rate_window', v_lane.rate_window, 'until', v_frees),
        p_since => v_job.queued_at, p_expected_at => v_frees, p_subject => v_lane.lane);
    else
      return next private.not_so('rate_limited_until', format('The rate of lane %s is not used up.', v_lane.lane),
        p_subject => v_lane.lane);
    end if;
  end if;
end
$$;
comment on function private.findings_of_limits(private.wait) is
  'Whether a ready job waits because its user has enough going, or its lane has started enough of late.';
revoke execute on function private.findings_of_limits(private.wait) from public;
