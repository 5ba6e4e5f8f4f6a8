create function private.step_as_of(p_job public.jobs, p_at timestamptz) returns private.finding
language plpgsql stable set search_path = '' as $$
declare
  v_entry record;
  v_attempt public.job_attempts;
begin
  select e.step, e.at, e.next_at, e.next_step into v_entry from (
    select entry ->> 'step' as step, (entry ->> 'timestamp')::timestamptz as at, n,
      lead((entry ->> 'timestamp')::timestamptz) over (order by n) as next_at,
      lead(entry ->> 'step') over (order by n) as next_step
    from jsonb_array_elements(p_job.step_history) with ordinality entries (entry, n)) e
  where e.at <= p_at order by e.n desc limit 1;
  select * into v_attempt from public.job_attempts a
  where a.job_id = p_job.id and a.started_at <= p_at order by a.attempt desc limit 1;
  return private.finding(
    case when coalesce(v_entry.step, 'insert')::public.job_step <= 'queued' then 'was_waiting' else 'was_running' end,
    format('Its history has it at %s then%s.', coalesce(v_entry.step, 'insert'),
      coalesce(', and at ' || v_entry.next_step || ' ' || date_trunc('second', v_entry.next_at - v_entry.at)
        || ' later', '')),
    jsonb_build_object('step', v_entry.step, 'next_step', v_entry.next_step, 'next_at', v_entry.next_at,
      'attempt', v_attempt.attempt,
      'external_id', case when v_attempt.submitted_at <= p_at then v_attempt.external_id end,
      'error_code', case when v_attempt.finished_at <= p_at then v_attempt.error_code end),
    p_since => coalesce(v_entry.at, p_job.created_at), p_subject => p_job.lane);
end
$$;
comment on function private.step_as_of(public.jobs, timestamptz) is
  'The step that a job''s history says it was at, since when and until when, as a finding.';
revoke execute on function private.step_as_of(public.jobs, timestamptz) from public;

create function private.noted_as_of(p_job_id uuid, p_at timestamptz) returns setof private.finding
language plpgsql stable set search_path = '' as $$
begin
  return query
    select (private.finding(n.code, n.detail, n.evidence || jsonb_build_object('noted', jsonb_strip_nulls(
        jsonb_build_object('first', n.seen_at, 'last', n.last_seen_at, 'until', n.until))),
      n.since, n.expected_at, n.subject, p_level => n.level, p_clears => n.clears)).*
    from private.verdicts n
    where n.job_id = p_job_id and n.seen_at <= p_at and (n.until > p_at) is not false
    order by n.verdict_id;
end
$$;
comment on function private.noted_as_of(uuid, timestamptz) is
  'What was noted of a job and held at a time, as findings; evidence.noted: when it was seen first and last, and until '
  'when it held.';
revoke execute on function private.noted_as_of(uuid, timestamptz) from public;

create function private.verdicts_as_of(
  p_job public.jobs, p_attempt public.job_attempts, p_at timestamptz, p_now timestamptz
) returns setof private.verdict
language plpgsql stable set search_path = '' as $$
declare
  v_findings private.finding[];
begin
  if p_at < p_job.created_at then
    v_findings := array[private.finding('not_created_yet', format('It was created %s later.',
      date_trunc('second', p_job.created_at - p_at)), p_since => p_at)];
  elsif p_at >= p_job.completed_at then
    v_findings := array(select f from private.findings_of(p_job, p_attempt, p_now) f
      where not f.ruled_out and (f.since <= p_at) is not false);
  else
    v_findings := array(select f from private.noted_as_of(p_job.id, p_at) f) || private.step_as_of(p_job, p_at);
  end if;
  -- What could be done then is no advice for now.
  return query
    select v.rank, v.code, v.level, v.subject, v.since, v.detail, v.evidence, v.clears, v.expected_at, null::text,
      null::text, v.ruled_out
    from private.verdicts_of(v_findings) v order by v.rank;
end
$$;
comment on function private.verdicts_as_of(public.jobs, public.job_attempts, timestamptz, timestamptz) is
  'What is known of a job at a time that is over. While it was open: what was noted of it and held then '
  '(private.verdicts: only of jobs that took longer than usual, from the first look at them, for 30 days), and the '
  'step that its history says, with when it went on. After its end: what is to be said of it now, but for what '
  'began later. What was ruled out is not kept; no advice.';
revoke execute on function private.verdicts_as_of(public.jobs, public.job_attempts, timestamptz, timestamptz)
  from public;
