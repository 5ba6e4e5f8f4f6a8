create function private.is_webhook_overdue(
  p_job public.jobs, p_attempt public.job_attempts, p_lane private.lanes, p_pointer private.pointer, p_at timestamptz
) returns boolean
language plpgsql stable set search_path = '' as $$
declare
  v_pace private.tool_paces := private.pace_of(p_job.tool);
  v_usual interval := case when v_pace.samples >= 5 and private.is_fresh(v_pace.measured_at, p_at) then v_pace.p95
    else p_lane.poll_after end;
begin
  -- Once the provider was asked it is known that the task runs, and nothing is missing.
  return p_lane.delivery = 'webhook' and p_lane.circuit_opened_at is null and p_attempt.phase = 'submitted'
    and p_attempt.word is null and p_pointer.read_count = 0
    and p_at - coalesce(p_attempt.submitted_at, p_attempt.started_at) > v_usual
    and not exists (
      select from private.webhook_events e
      where e.job_id = p_job.id and e.attempt = p_attempt.attempt and e.received_at >= p_attempt.started_at);
end
$$;
comment on function private.is_webhook_overdue(
  public.jobs, public.job_attempts, private.lanes, private.pointer, timestamptz) is
  'Whether a provider that calls back has not, for longer than nineteen of twenty of its tasks take (or, where that is '
  'not known, longer than until it is asked), and was not asked since.';
revoke execute on function private.is_webhook_overdue(
  public.jobs, public.job_attempts, private.lanes, private.pointer, timestamptz) from public;

create function private.refused_webhooks(p_attempt public.job_attempts, p_came bigint) returns setof private.finding
language plpgsql stable set search_path = '' as $$
declare
  v_refused private.webhook_refusals;
begin
  for v_refused in
    select * from private.webhook_refusals
    where job_id = p_attempt.job_id and last_at >= p_attempt.started_at order by reason
  loop
    return next private.finding('webhook_refused', format('%s %s refused: %s. The last came at %s.', v_refused.times,
        case v_refused.times when 1 then 'webhook was' else 'webhooks were' end,
        private.words_of_refusal(v_refused.reason), v_refused.last_at),
      jsonb_build_object('reason', v_refused.reason, 'times', v_refused.times, 'first_at', v_refused.first_at,
        'last_at', v_refused.last_at, 'taken_in', p_came),
      p_since => v_refused.first_at, p_subject => v_refused.provider,
      -- None of it comes through, though it is the attempt's own address; else it may be a stranger's.
      p_level => case when p_came > 0 then 'info' when v_refused.reason <> 'wrong_token' then 'error' end);
  end loop;
  if not found then
    return next private.not_so('webhook_refused', 'No webhook was refused since this attempt began.');
  end if;
end
$$;
comment on function private.refused_webhooks(public.job_attempts, bigint) is
  'The webhooks of an attempt''s job that were not believed since it began. p_came: how many were.';
revoke execute on function private.refused_webhooks(public.job_attempts, bigint) from public;

create function private.webhook_findings(
  p_attempt public.job_attempts, p_lane private.lanes, p_pointer private.pointer, p_is_overdue boolean, p_at timestamptz
) returns setof private.finding
language plpgsql stable set search_path = '' as $$
declare
  v_came record;
  v_age interval := p_at - coalesce(p_attempt.submitted_at, p_attempt.started_at);
begin
  select count(*) filter (where e.verdict <> 'other_task') as count,
    max(e.received_at) filter (where e.verdict <> 'other_task') as last_at,
    count(*) filter (where e.verdict = 'other_task') as strangers,
    max(e.received_at) filter (where e.verdict = 'other_task') as stranger_at,
    max(e.external_id) filter (where e.verdict = 'other_task') as stranger
  into v_came from private.webhook_events e
  where e.job_id = p_attempt.job_id and e.attempt = p_attempt.attempt and e.received_at >= p_attempt.started_at;
  return query select * from private.refused_webhooks(p_attempt, v_came.count);
  if v_came.stranger_at > coalesce(v_came.last_at, '-infinity') then
    return next private.finding('webhook_other_task', format('%s named task %s, and the attempt''s is %s: it is asked.',
        case v_came.strangers when 1 then 'A webhook' else format('%s webhooks', v_came.strangers) end,
        v_came.stranger, coalesce(p_attempt.external_id, 'not known yet')),
      jsonb_build_object('named', v_came.stranger, 'task', p_attempt.external_id, 'times', v_came.strangers),
      p_since => v_came.stranger_at, p_subject => p_lane.provider);
  end if;
  if p_is_overdue then
    return next private.finding('webhook_overdue',
      format('%s has not called back for %s; it is asked %s.', p_lane.provider, private.said(v_age),
        case when p_pointer.due_at > p_at then format('at %s', p_pointer.due_at) else 'now' end),
      jsonb_build_object('age_seconds', private.in_seconds(v_age), 'asked_at', p_pointer.due_at,
        'task', p_attempt.external_id),
      p_since => p_attempt.submitted_at, p_subject => p_lane.provider,
      p_expected_at => case when p_pointer.due_at > p_at then p_pointer.due_at end);
  else
    return next private.not_so('webhook_overdue', case
        when v_came.count > 0 then format('%s came, the last at %s.', v_came.count, v_came.last_at)
        when p_pointer.read_count > 0 then format('The provider was asked %s times: it is not done.',
          p_pointer.read_count)
        else format('It was submitted %s ago.', private.said(v_age)) end,
      jsonb_build_object('came', v_came.count, 'last_at', v_came.last_at, 'asked', p_pointer.read_count),
      p_lane.provider);
  end if;
end
$$;
comment on function private.webhook_findings(
  public.job_attempts, private.lanes, private.pointer, boolean, timestamptz) is
  'What was heard of a task by webhooks, what was not believed, and what should have been heard.';
revoke execute on function private.webhook_findings(
  public.job_attempts, private.lanes, private.pointer, boolean, timestamptz) from public;
