-- Performance: fewer commits and bytes a job, and cost that does not grow.

set local lock_timeout = '5s';
set local statement_timeout = '5min';

SET local check_function_bodies = off;

CREATE OR REPLACE FUNCTION private.active_jobs (
  p_lane    text,
  p_user_id uuid
)
  RETURNS bigint
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
begin
  return private.active_seen(p_lane, p_user_id);
end
$function$;

CREATE OR REPLACE FUNCTION private.active_seen (
  p_lane    text,
  p_user_id uuid
)
  RETURNS bigint
  LANGUAGE plpgsql
  STABLE
  SET search_path TO ''
  AS $function$
begin
  return (select count(*) from public.jobs where user_id = p_user_id and lane = p_lane and status = 'processing')
    + (select count(*) from private.cancels c
       where c.user_id = p_user_id and c.lane = p_lane and c.over_at is null and c.reason <> 'produced');
end
$function$;

CREATE OR REPLACE FUNCTION private.connection_hold (
  p_connection_id uuid,
  p_at            timestamp with time zone
)
  RETURNS text
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
begin
  return private.hold_seen(p_connection_id, p_at);
end
$function$;

CREATE OR REPLACE FUNCTION private.deadline_findings (
  p_job  public.jobs,
  p_lane private.lanes,
  p_at   timestamp with time zone
)
  RETURNS SETOF private.finding
  LANGUAGE plpgsql
  STABLE
  SET search_path TO ''
  AS $function$
declare
  v_grace interval := private.grace_seen(p_job);
begin
  if p_job.deadline_at is null then return; end if;
  if p_lane.circuit_opened_at is not null then
    return next private.not_so('deadline_in', 'Its deadline does not pass while the provider is down.',
      jsonb_build_object('deadline_at', p_job.deadline_at));
  elsif p_job.deadline_at > p_at then
    return next private.finding('deadline_in', format('If nothing comes of it, it fails in %s.',
        private.said(p_job.deadline_at - p_at)),
      jsonb_build_object('deadline_at', p_job.deadline_at), p_expected_at => p_job.deadline_at);
  else
    return next private.finding('deadline_in',
      format('Its deadline has passed %s ago: the provider is asked a last time, then it fails.',
        private.said(p_at - p_job.deadline_at)),
      jsonb_build_object('deadline_at', p_job.deadline_at, 'given_up_at', p_job.deadline_at + v_grace),
      p_since => p_job.deadline_at, p_level => 'warn',
      p_expected_at => case when p_job.deadline_at + v_grace > p_at then p_job.deadline_at + v_grace end);
  end if;
end
$function$;

CREATE OR REPLACE FUNCTION private.findings_of_limits (
  p_wait private.wait
)
  RETURNS SETOF private.finding
  LANGUAGE plpgsql
  STABLE
  SET search_path TO ''
  AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION private.grace_of (
  p_job public.jobs
)
  RETURNS interval
  LANGUAGE plpgsql
  SET search_path TO ''
  AS $function$
begin
  return private.grace_seen(p_job);
end
$function$;

CREATE OR REPLACE FUNCTION private.grace_seen (
  p_job public.jobs
)
  RETURNS interval
  LANGUAGE plpgsql
  STABLE
  SET search_path TO ''
  AS $function$
begin
  return case when private.is_publication(p_job) and exists (
      select from public.job_attempts a where a.job_id = p_job.id and a.attempt = p_job.attempt and a.submits = 0)
    then interval '0' else interval '5 minutes' end;
end
$function$;

CREATE OR REPLACE FUNCTION private.hold_seen (
  p_connection_id uuid,
  p_at            timestamp with time zone
)
  RETURNS text
  LANGUAGE plpgsql
  STABLE
  SET search_path TO ''
  AS $function$
begin
  return (
    select case
      when c.state in ('revoked', 'reconnect_needed') then c.state
      when c.held_until > p_at then case c.state_code when 'posting_limit' then 'posting_limit' else 'limited' end
      when p.paused_until > p_at and p.probe_id is distinct from c.id then 'platform_paused'
    end
    from public.connections c join private.platforms p using (platform) where c.id = p_connection_id);
end
$function$;

CREATE OR REPLACE FUNCTION private.line_of_posting (
  p_job         public.jobs,
  p_publication public.publications,
  p_connection  public.connections,
  p_at          timestamp with time zone
)
  RETURNS SETOF private.finding
  LANGUAGE plpgsql
  STABLE
  SET search_path TO ''
  AS $function$
begin
  if p_publication.line <> 'held' then return; end if;
  return query select * from private.place_in_line(p_job, p_publication, p_connection, p_at);
  if private.ahead_of(p_publication) = 0 and private.hold_seen(p_publication.connection_id, p_at) is null then
    return next private.finding('next_in_line',
      'Nothing goes before it and nothing holds it: the next dispatch takes it.',
      private.account_facts(p_publication, p_connection) || jsonb_build_object('hold', p_publication.hold),
      p_subject => p_publication.platform);
  end if;
end
$function$;

CREATE OR REPLACE FUNCTION private.place_of (
  p_wait private.wait
)
  RETURNS private.place
  LANGUAGE plpgsql
  STABLE
  SET search_path TO ''
  AS $function$
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
$function$;

COMMENT ON FUNCTION "private"."active_jobs"(text, uuid) IS 'The same as active_seen, as it is now rather than when the statement began: for whoever has the user''s lock.';

COMMENT ON FUNCTION "private"."active_seen"(text, uuid) IS 'How many jobs a user has running in a lane, those counted too that have ended while their task may live: as the statement sees it.';

COMMENT ON FUNCTION "private"."connection_hold"(uuid, timestamp with time zone) IS 'The same as hold_seen, as it is now rather than when the statement began: for whoever has locked the line.';

COMMENT ON FUNCTION "private"."grace_of"(public.jobs) IS 'The same as grace_seen, as it is now rather than when the statement began: for whoever has locked the job.';

COMMENT ON FUNCTION "private"."grace_seen"(public.jobs) IS 'How long after its deadline an overdue job is left to whoever works on it, for a last question to its provider: five minutes; a publication that has committed nothing has nothing to ask. As the statement sees it.';

COMMENT ON FUNCTION "private"."hold_seen"(uuid, timestamp with time zone) IS 'Why nothing may begin with a connection at p_at: reconnect_needed, revoked, limited, posting_limit or platform_paused. Null: it may. As the statement sees it.';

REVOKE ALL ON FUNCTION "private"."active_seen"(text, uuid) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."grace_seen"(public.jobs) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."hold_seen"(uuid, timestamp WITH time zone) FROM PUBLIC;

select ops.install();
