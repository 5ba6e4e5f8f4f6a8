create function private.turn_comes_at(
  p_job public.jobs, p_ahead bigint, p_front_since timestamptz, p_at timestamptz
) returns timestamptz
language plpgsql stable set search_path = '' as $$
declare
  v_each interval := (private.post_pace(p_job.tool, p_at)).run_p50;
begin
  return p_at + v_each * (p_ahead - 1) + greatest(v_each - (p_at - coalesce(p_front_since, p_at)), '0');
end
$$;
comment on function private.turn_comes_at(public.jobs, bigint, timestamptz, timestamptz) is
  'When those of its connection will have gone out that go before a publication; null: nobody has measured how long '
  'that takes.';
revoke execute on function private.turn_comes_at(public.jobs, bigint, timestamptz, timestamptz) from public;

create function private.place_in_line(
  p_job public.jobs, p_publication public.publications, p_connection public.connections, p_at timestamptz
) returns setof private.finding
language plpgsql stable set search_path = '' as $$
declare
  v_ahead bigint := private.ahead_of(p_publication);
  v_front record;
  v_evidence jsonb := private.account_facts(p_publication, p_connection) || jsonb_build_object('ahead', v_ahead,
    'hold', p_publication.hold, 'ends_at', p_job.expires_at);
begin
  if v_ahead = 0 then
    return next private.not_so('connection_busy', 'No other post of the account goes before it.', v_evidence,
      p_publication.platform);
    return;
  end if;
  select f.job_id, j.status, j.started_at, j.deadline_at into v_front
  from public.publications f join public.jobs j on j.id = f.job_id
  where f.connection_id = p_publication.connection_id and f.line = 'front';
  return next private.finding('connection_busy', format('Place %s in the line of %s.', v_ahead + 1,
      v_evidence ->> 'account'),
    v_evidence || jsonb_build_object('front', v_front.job_id, 'front_status', v_front.status, 'front_since',
      v_front.started_at, 'front_deadline_at', v_front.deadline_at),
    p_since => coalesce(p_job.queued_at, p_job.created_at), p_subject => p_publication.platform,
    p_expected_at => private.turn_comes_at(p_job, v_ahead, v_front.started_at, p_at));
end
$$;
comment on function private.place_in_line(
  public.jobs, public.publications, public.connections, timestamptz) is
  'Who of the same connection goes before a publication that is held.';
revoke execute on function private.place_in_line(
  public.jobs, public.publications, public.connections, timestamptz) from public;

create function private.media_waits(
  p_job public.jobs, p_publication public.publications, p_at timestamptz
) returns setof private.finding
language plpgsql stable set search_path = '' as $$
declare
  v_media record;
begin
  select count(*) as files, count(*) filter (where m ->> 'key' is not null) as fetched into v_media
  from jsonb_array_elements(private.media_of(p_job, p_publication.group_id)) m;
  if v_media.files = v_media.fetched then return; end if;
  return query
    select f.* from private.group_media g, lateral private.finding(
      case when g.claimed_by = p_job.id then 'media_pending' else 'media_wait' end,
      format('%s of %s files are fetched; job %s fetches one.', v_media.fetched, v_media.files, g.claimed_by),
      jsonb_build_object('files', v_media.files, 'fetched', v_media.fetched, 'fetched_by', g.claimed_by,
        'claimed_until', g.claimed_until), p_since => g.created_at, p_subject => p_publication.platform) f
    where g.group_id = p_publication.group_id and g.key is null and g.claimed_until > p_at
    order by g.claimed_by = p_job.id desc limit 1;
end
$$;
comment on function private.media_waits(public.jobs, public.publications, timestamptz) is
  'That a publication waits for a file which it, or another of its group, is fetching.';
revoke execute on function private.media_waits(public.jobs, public.publications, timestamptz) from public;

create function private.step_facts(
  p_job public.jobs, p_attempt public.job_attempts, p_publication public.publications
) returns jsonb
language sql stable set search_path = '' as $$
  select jsonb_build_object('platform', p_publication.platform,
    'platform_name', private.platform_name(p_publication.platform), 'attempt', p_attempt.attempt,
    'phase', p_attempt.phase, 'last_step', p_publication.steps -> -1 ->> 'name', 'last_step_at',
    p_publication.steps -> -1 ->> 'timestamp', 'times', p_publication.steps -> -1 -> 'times', 'commits',
    nullif(p_attempt.submits, 0), 'committed_at', p_publication.committed_at, 'post_id', p_publication.post_id,
    'looks_without_it', nullif(p_attempt.nones, 0), 'deadline_at', p_job.deadline_at)
$$;
comment on function private.step_facts(public.jobs, public.job_attempts, public.publications) is
  'How far a publication that is under way has come, as evidence.';
revoke execute on function private.step_facts(public.jobs, public.job_attempts, public.publications) from public;

create function private.observed_post(
  p_job public.jobs, p_publication public.publications, p_evidence jsonb, p_at timestamptz
) returns setof private.finding
language plpgsql stable set search_path = '' as $$
declare
  v_pace private.tool_paces := private.post_pace(p_job.tool, p_at);
  v_usual timestamptz := p_publication.committed_at + v_pace.p50;
  v_late timestamptz := p_publication.committed_at + v_pace.p95;
begin
  return next private.finding(case when v_late <= p_at then 'post_slow' else 'post_observing' end,
    case when v_late <= p_at then format('The platform has had it since %s; nineteen of twenty take %s.',
        p_publication.committed_at, v_pace.p95)
      else 'The platform has taken it; what becomes of it is looked at.' end,
    p_evidence || jsonb_build_object('p50', v_pace.p50, 'p95', v_pace.p95, 'samples', v_pace.samples),
    p_since => p_publication.committed_at, p_subject => p_publication.platform,
    p_expected_at => case when v_usual > p_at then v_usual when v_late > p_at then v_late end);
end
$$;
comment on function private.observed_post(public.jobs, public.publications, jsonb, timestamptz) is
  'That a platform is at a post which it has taken, and whether that takes longer than usual.';
revoke execute on function private.observed_post(
  public.jobs, public.publications, jsonb, timestamptz) from public;

create function private.is_at_commit(p_attempt public.job_attempts, p_at timestamptz) returns boolean
language plpgsql stable set search_path = '' as $$
begin
  -- One that was left in doubt is put off, and has no slot meanwhile.
  return p_attempt.submit_until > p_at and p_attempt.nones = 0 and exists (
    select from private.slots s where s.slot_id = p_attempt.slot_id and s.token = p_attempt.token);
end
$$;
comment on function private.is_at_commit(public.job_attempts, timestamptz) is
  'Whether a worker may be at the commit of an attempt, rather than looking for what became of it.';
revoke execute on function private.is_at_commit(public.job_attempts, timestamptz) from public;

create function private.steps_of_posting(
  p_job public.jobs, p_attempt public.job_attempts, p_publication public.publications, p_at timestamptz
) returns setof private.finding
language plpgsql stable set search_path = '' as $$
declare
  v_evidence jsonb := private.step_facts(p_job, p_attempt, p_publication);
  v_code text := case
    when private.is_taken(p_attempt) then 'post_observing'
    when p_attempt.phase <> 'submitting' then 'post_preparing'
    when private.is_at_commit(p_attempt, p_at) then 'post_committing' else 'post_in_doubt' end;
begin
  if p_job.deadline_at <= p_at then
    return next private.finding('post_overdue', format('Its time was over at %s.', p_job.deadline_at), v_evidence,
      p_since => p_job.deadline_at, p_subject => p_publication.platform);
  end if;
  if p_publication.wants_slot then
    return next private.finding('post_waits_for_slot', 'It is due again, and every slot of the lane is taken.',
      v_evidence, p_subject => p_job.lane);
  end if;
  if v_code = 'post_preparing' then return query select * from private.media_waits(p_job, p_publication, p_at); end if;
  if v_code = 'post_observing' then
    return query select * from private.observed_post(p_job, p_publication, v_evidence, p_at);
    return;
  end if;
  return next private.finding(v_code, case v_code
      when 'post_preparing' then
        format('It is prepared; the last step: %s.', coalesce(v_evidence ->> 'last_step', 'none'))
      when 'post_committing' then 'A worker is at the call that makes it visible.'
      else format('Nobody knows whether the call that makes it visible went through; %s looks have found nothing.',
        p_attempt.nones) end,
    v_evidence, p_since => case v_code when 'post_preparing' then p_attempt.started_at
      when 'post_in_doubt' then p_attempt.submit_until else p_publication.committed_at end,
    p_subject => p_publication.platform);
end
$$;
comment on function private.steps_of_posting(
  public.jobs, public.job_attempts, public.publications, timestamptz) is
  'Which step a publication is at that is under way.';
revoke execute on function private.steps_of_posting(
  public.jobs, public.job_attempts, public.publications, timestamptz) from public;

create function private.is_taken(p_attempt public.job_attempts) returns boolean
language sql immutable set search_path = '' as $$
  select p_attempt.external_id is not null or p_attempt.word is not null or p_attempt.phase > 'submitting'
$$;
comment on function private.is_taken(public.job_attempts) is
  'Whether the platform has taken the commit of a publication''s attempt.';
revoke execute on function private.is_taken(public.job_attempts) from public;
