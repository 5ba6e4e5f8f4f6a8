create function private.submit_findings(
  p_job public.jobs, p_attempt public.job_attempts, p_lane private.lanes, p_pointer private.pointer, p_at timestamptz
) returns setof private.finding
language plpgsql stable set search_path = '' as $$
declare
  v_evidence jsonb := jsonb_build_object('attempt', p_attempt.attempt, 'phase', p_attempt.phase,
    'submits', p_attempt.submits, 'message', private.as_evidence(p_pointer));
begin
  if p_attempt.phase = 'submitting' and private.is_sender_gone(p_attempt.submit_until, p_at) then
    return query select * from private.doubt_findings(p_job, p_attempt, p_pointer, p_at);
    return;
  elsif p_attempt.phase = 'submitting' then
    return next private.finding('submitting', format('Submit %s is under way, until %s at the latest.',
        p_attempt.submits, p_attempt.submit_until),
      v_evidence || jsonb_build_object('submit_until', p_attempt.submit_until),
      p_since => coalesce(p_attempt.submitted_first_at, p_attempt.started_at), p_subject => p_job.lane);
  elsif p_pointer.msg_id is null then
    return; -- lost: see findings_of_messages
  elsif p_pointer.due_at < p_at - interval '1 minute' then
    return next private.finding('submitting', format('Nobody has read its message for %s: %s.',
        private.said(p_at - p_pointer.due_at), case when p_pointer.read_count = 0
          then 'no worker has come since it was given a slot' else 'the worker that had it is gone' end),
      v_evidence, p_since => p_attempt.started_at, p_subject => p_job.lane, p_level => 'warn',
      p_clears => 'by_operator');
  else
    return next private.finding('submitting', case when p_pointer.read_count = 0
        then 'It has a slot; the next worker reads its message.'
        when p_pointer.due_at > p_at + p_lane.lease then format('A worker has put its submit off, until %s.',
          p_pointer.due_at)
        else 'A worker has it: it hands over files, and then submits.' end,
      v_evidence, p_since => p_attempt.started_at, p_subject => p_job.lane);
  end if;
  return next private.not_so('submit_in_doubt', case when p_attempt.submits = 0
      then 'Nothing was sent to the provider yet.' else 'Whoever submits may still be at it.' end, v_evidence);
end
$$;
comment on function private.submit_findings(
  public.jobs, public.job_attempts, private.lanes, private.pointer, timestamptz) is
  'How far an attempt is whose task nobody has heard of yet.';
revoke execute on function private.submit_findings(
  public.jobs, public.job_attempts, private.lanes, private.pointer, timestamptz) from public;

create function private.doubt_findings(
  p_job public.jobs, p_attempt public.job_attempts, p_pointer private.pointer, p_at timestamptz
) returns setof private.finding
language plpgsql stable set search_path = '' as $$
begin
  return next private.finding('submit_in_doubt',
    format('Submit %s was sent, and no answer came: %s. %s', p_attempt.submits,
      'nobody knows whether the provider has the task',
      case p_attempt.resubmit
        when 'idempotent' then 'It is sent again: the provider takes it once.'
        when 'at_least_once' then format(
          'It is sent again once the provider has said twice that it has none (so far %s).', p_attempt.nones)
        else 'It is never sent again: its webhook or a look for it will tell, or the deadline ends it.' end),
    jsonb_build_object('attempt', p_attempt.attempt, 'submits', p_attempt.submits, 'resubmit', p_attempt.resubmit,
      'submit_until', p_attempt.submit_until, 'none_found', p_attempt.nones, 'none_found_at', p_attempt.none_at,
      'looked_at_next', case when p_pointer.due_at > p_at then p_pointer.due_at end, 'deadline_at', p_job.deadline_at),
    p_since => p_attempt.submit_until, p_subject => p_job.lane,
    p_expected_at => case when p_job.deadline_at > p_at then p_job.deadline_at end);
end
$$;
comment on function private.doubt_findings(
  public.jobs, public.job_attempts, private.pointer, timestamptz) is
  'That a submit was sent, and nobody knows what became of it. expected_at: when it is decided at the latest.';
revoke execute on function private.doubt_findings(public.jobs, public.job_attempts, private.pointer, timestamptz)
  from public;

create function private.message_findings(
  p_attempt public.job_attempts, p_lane private.lanes, p_pointer private.pointer, p_at timestamptz
) returns setof private.finding
language plpgsql stable set search_path = '' as $$
declare
  v_is_told boolean := p_attempt.phase in ('submitted', 'settling', 'produced');
  -- When the schedules look for it, and how often (ask_about_silent_jobs, resend_in_lane).
  v_found_at timestamptz := case when not v_is_told or p_lane.delivery = 'sync'
      then p_attempt.started_at + 2 * p_lane.lease
    when p_attempt.phase = 'produced' then p_at
    else coalesce(p_attempt.submitted_at, p_attempt.started_at) + p_lane.poll_after end;
begin
  if p_pointer.msg_id is not null then
    return next private.not_so('message_lost', format('Its message lies in %s, read %s times.', p_pointer.queue,
      p_pointer.read_count), private.as_evidence(p_pointer));
    return;
  end if;
  -- A worker that copies holds none for a moment; and one that is just dealing with it is heard of at once.
  if (p_attempt.checkpoint ->> 'copying_until')::timestamptz > p_at then return; end if;
  return next private.finding('message_lost',
    format('No message points at attempt %s, which is %s: it is sent again.', p_attempt.attempt, p_attempt.phase),
    jsonb_build_object('attempt', p_attempt.attempt, 'phase', p_attempt.phase,
      'queue', case when v_is_told then 'settle_queue' else p_lane.queue_name end, 'asked_at', p_attempt.polled_at),
    p_since => coalesce(p_attempt.submitted_at, p_attempt.started_at), p_subject => p_lane.lane,
    p_expected_at => greatest(v_found_at, p_at) + interval '1 minute');
end
$$;
comment on function private.message_findings(public.job_attempts, private.lanes, private.pointer, timestamptz) is
  'Whether a message points at an open attempt. expected_at: when the schedules have sent it again.';
revoke execute on function private.message_findings(
  public.job_attempts, private.lanes, private.pointer, timestamptz) from public;

create function private.circuit_findings(p_lane private.lanes, p_at timestamptz) returns setof private.finding
language plpgsql stable set search_path = '' as $$
begin
  if p_lane.circuit_opened_at is null then
    return next private.not_so('provider_down', format('The circuit of lane %s is closed; %s.', p_lane.lane,
        case p_lane.circuit_failures when 0 then 'the provider''s last answer was one'
          else format('%s questions in a row were not answered, three open it', p_lane.circuit_failures) end),
      jsonb_build_object('failures', p_lane.circuit_failures), p_lane.lane);
    return;
  end if;
  return next private.finding('provider_down',
    format('%s is taken for down: %s', p_lane.provider, p_lane.circuit_reason),
    jsonb_build_object('provider', p_lane.provider, 'failures', p_lane.circuit_failures,
      'tried_again_at', p_lane.circuit_probe_at),
    p_since => p_lane.circuit_opened_at, p_subject => p_lane.lane);
end
$$;
comment on function private.circuit_findings(private.lanes, timestamptz) is
  'Whether the provider of what runs in a lane is taken for down.';
revoke execute on function private.circuit_findings(private.lanes, timestamptz) from public;
