create function private.pace_findings(
  p_job public.jobs, p_attempt public.job_attempts, p_at timestamptz, p_subject text, p_detail text,
  p_evidence jsonb, p_may_be_slow boolean default true
) returns setof private.finding
language plpgsql stable set search_path = '' as $$
declare
  v_since timestamptz := coalesce(p_attempt.submitted_at, p_attempt.submitted_first_at, p_attempt.started_at);
  v_age interval := p_at - v_since;
  v_pace private.tool_paces := private.pace_of(p_job.tool);
  v_is_fresh boolean := v_pace.samples > 0 and private.is_fresh(v_pace.measured_at, p_at);
  v_is_enough boolean := v_is_fresh and v_pace.samples >= 5;
  v_evidence jsonb := p_evidence || jsonb_build_object('age_seconds', private.in_seconds(v_age),
    'progress', p_job.progress) || case when v_is_fresh then jsonb_build_object('samples', v_pace.samples,
    'p50_seconds', private.in_seconds(v_pace.p50), 'p95_seconds', private.in_seconds(v_pace.p95)) else '{}' end;
begin
  if v_is_enough and p_may_be_slow and v_age > v_pace.p95 then
    return next private.finding('provider_slow', format('%s. It has run for %s; nineteen of twenty take %s at most.',
      p_detail, private.said(v_age), private.said(v_pace.p95)), v_evidence, p_since => v_since, p_subject => p_subject);
    return;
  end if;
  return next private.finding('provider_running', format('%s. It has run for %s%s.', p_detail, private.said(v_age),
      case when v_is_fresh then format('; half of them take %s, nineteen of twenty %s', private.said(v_pace.p50),
        private.said(v_pace.p95)) else '' end),
    v_evidence, p_since => v_since, p_subject => p_subject, p_expected_at => case
      when not v_is_fresh or not p_may_be_slow then null when v_age < v_pace.p50 then v_since + v_pace.p50
      when v_age < v_pace.p95 then v_since + v_pace.p95 end);
  if v_is_enough and p_may_be_slow then
    return next private.not_so('provider_slow', format('It has run for %s, which nineteen of twenty take or more: %s.',
      private.said(v_age), private.said(v_pace.p95)), v_evidence, p_subject);
  elsif v_pace.samples > 0 and not v_is_fresh then
    return next private.finding('telemetry_stale',
      format('How long %s takes was measured last at %s: nothing is said by it.', p_job.tool, v_pace.measured_at),
      jsonb_build_object('measured_at', v_pace.measured_at), p_since => v_pace.measured_at, p_subject => p_job.tool);
  end if;
end
$$;
comment on function private.pace_findings(
  public.jobs, public.job_attempts, timestamptz, text, text, jsonb, boolean) is
  'That a task runs, and whether it takes longer than its tool''s usually do, by five samples at least. p_may_be_slow: '
  'it was heard of, or there was no need to; else nobody knows whether it still runs.';
revoke execute on function private.pace_findings(
  public.jobs, public.job_attempts, timestamptz, text, text, jsonb, boolean) from public;

create function private.question_findings(
  p_job public.jobs, p_attempt public.job_attempts, p_lane private.lanes, p_pointer private.pointer, p_at timestamptz
) returns setof private.finding
language plpgsql stable set search_path = '' as $$
declare
  v_late interval := p_at - p_pointer.due_at;
  v_is_late boolean := v_late > '1 minute';
begin
  if p_pointer.msg_id is null then return; end if; -- lost: see message_findings
  return next private.finding('poll_due', case
      when v_is_late then format('%s was to be asked %s ago, and no worker has read the message.', p_lane.provider,
        private.said(v_late))
      when v_late >= '0' then format('%s is to be asked now.', p_lane.provider)
      else format('%s is asked %s at %s.', p_lane.provider, case p_pointer.read_count when 0 then 'first'
        else format('again (%s times so far)', p_pointer.read_count) end, p_pointer.due_at) end,
    jsonb_build_object('message', private.as_evidence(p_pointer)),
    p_since => case when v_is_late then p_pointer.due_at end, p_subject => p_job.lane,
    p_expected_at => case when v_late < '0' then p_pointer.due_at end,
    p_level => case when v_is_late then 'warn' end, p_clears => case when v_is_late then 'by_operator' end);
end
$$;
comment on function private.question_findings(
  public.jobs, public.job_attempts, private.lanes, private.pointer, timestamptz) is
  'When the provider is asked about a task; and that it should have been.';
revoke execute on function private.question_findings(
  public.jobs, public.job_attempts, private.lanes, private.pointer, timestamptz) from public;

create function private.deadline_findings(p_job public.jobs, p_lane private.lanes, p_at timestamptz)
returns setof private.finding
language plpgsql stable set search_path = '' as $$
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
$$;
comment on function private.deadline_findings(public.jobs, private.lanes, timestamptz) is
  'When a job ends as failed if nothing comes of it.';
revoke execute on function private.deadline_findings(public.jobs, private.lanes, timestamptz) from public;

create function private.task_findings(
  p_job public.jobs, p_attempt public.job_attempts, p_lane private.lanes, p_pointer private.pointer, p_at timestamptz
) returns setof private.finding
language plpgsql stable set search_path = '' as $$
declare
  v_evidence jsonb := jsonb_build_object('provider', p_lane.provider, 'task', p_attempt.external_id,
    'attempt', p_attempt.attempt);
  v_is_overdue boolean := private.is_webhook_overdue(p_job, p_attempt, p_lane, p_pointer, p_at);
begin
  if p_lane.delivery = 'webhook' then
    return query select * from private.webhook_findings(p_attempt, p_lane, p_pointer, v_is_overdue, p_at);
  end if;
  if p_attempt.word is not null then
    return next private.finding('asking', format('%s has said that the task has %s; it is asked what came of it.',
        p_lane.provider, p_attempt.word),
      v_evidence || jsonb_build_object('word', p_attempt.word, 'message', private.as_evidence(p_pointer)),
      p_since => p_attempt.word_at, p_subject => p_lane.lane,
      p_expected_at => case when p_pointer.due_at > p_at then p_pointer.due_at end);
  elsif (p_attempt.checkpoint ->> 'failure_seen')::boolean then
    return next private.finding('asking',
      format('%s, asked by us, calls the task failed; that is believed when it says so again.', p_lane.provider),
      v_evidence || jsonb_build_object('message', private.as_evidence(p_pointer)), p_subject => p_lane.lane,
      p_expected_at => case when p_pointer.due_at > p_at then p_pointer.due_at end);
  else
    return query select * from private.pace_findings(p_job, p_attempt, p_at, p_lane.provider,
      format('%s has task %s', p_lane.provider, coalesce(p_attempt.external_id, 'of a name not known yet')), v_evidence,
      not v_is_overdue and p_lane.circuit_opened_at is null);
  end if;
  if p_lane.delivery in ('webhook', 'poll') then
    return query select * from private.question_findings(p_job, p_attempt, p_lane, p_pointer, p_at);
  end if;
end
$$;
comment on function private.task_findings(
  public.jobs, public.job_attempts, private.lanes, private.pointer, timestamptz) is
  'Where a task is that its provider has: what was heard of it, and when it is asked about.';
revoke execute on function private.task_findings(
  public.jobs, public.job_attempts, private.lanes, private.pointer, timestamptz) from public;
