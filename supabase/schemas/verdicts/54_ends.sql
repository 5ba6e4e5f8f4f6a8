create function private.failure_code(p_error_code text) returns text
language sql immutable set search_path = '' as $$
  -- Esteira's own codes, which mean the same wherever a job runs (shared/errors/provider_error_kinds.ts).
  select case
    when p_error_code in ('invalid_input', 'input_gone') then 'failed_input'
    when p_error_code = 'content_moderation' then 'failed_content'
    when p_error_code in ('deadline_exceeded', 'training_overdue') then 'failed_late'
    when p_error_code in ('submit_unknown', 'outcome_unknown') then 'outcome_unknown'
    when p_error_code in ('output_too_large', 'output_wrong_type', 'output_unavailable', 'refused_address',
      'data_removed') then 'failed_output'
    when p_error_code = 'expired' then 'failed_expired'
    when p_error_code = 'lease_expired' then 'failed_worker'
    when p_error_code in ('misconfigured', 'secret_missing', 'tool_misconfigured', 'node_errors') then 'failed_setup'
    when p_error_code = 'internal_error' then 'failed_internal'
    else 'failed' end
$$;
comment on function private.failure_code(text) is
  'Which finding tells of a failure with this error code: of a provider''s own codes, failed.';
revoke execute on function private.failure_code(text) from public;

create function private.costs_of(p_job_id uuid) returns jsonb
language plpgsql stable set search_path = '' as $$
begin
  return (
    select jsonb_object_agg(c.cost_currency, c.cost) from (
      select cost_currency, sum(cost) as cost from public.job_attempts
      where job_id = p_job_id and cost is not null group by cost_currency) c);
end
$$;
comment on function private.costs_of(uuid) is
  'What a job''s attempts have cost, as their provider says, by currency or unit; null: it says nothing.';
revoke execute on function private.costs_of(uuid) from public;

create function private.end_evidence(p_job public.jobs) returns jsonb
language plpgsql stable set search_path = '' as $$
begin
  return jsonb_build_object('attempts', p_job.attempt,
    'took_seconds', private.in_seconds(p_job.completed_at - p_job.created_at),
    'cost', private.costs_of(p_job.id), 'credits', nullif(p_job.credits_charged, 0),
    'retried_as', (select id from public.jobs again where again.retried_from = p_job.id));
end
$$;
comment on function private.end_evidence(public.jobs) is
  'What is known of a job that has ended: {attempts, took_seconds, cost (at the provider), credits, retried_as}.';
revoke execute on function private.end_evidence(public.jobs) from public;

create function private.failure_finding(p_job public.jobs) returns private.finding
language plpgsql stable set search_path = '' as $$
declare
  v_evidence jsonb := private.end_evidence(p_job);
  v_class text := case
    when p_job.error_code in ('deadline_exceeded', 'training_overdue', 'expired', 'submit_unknown') then 'time_over'
    when p_job.retry_count > 0 then 'tries_used_up' else 'final' end;
begin
  -- Why a post has failed, the publishing link says better.
  return private.finding(case when private.is_publication(p_job) then 'failed'
      else private.failure_code(p_job.error_code) end,
    format('It failed at %s: %s (%s)%s.', p_job.failed_at_step, rtrim(p_job.error_message, '.'),
      coalesce(p_job.error_code, 'no code'),
      case when p_job.retry_count > 0 then format(', at the last of %s tries', p_job.retry_count + 1) else '' end
      || coalesce('; it was done again as ' || (v_evidence ->> 'retried_as'), '')),
    v_evidence || jsonb_build_object('error_code', p_job.error_code, 'failed_at_step', p_job.failed_at_step,
      'class', v_class),
    p_since => p_job.completed_at,
    -- Whoever has tried it again looks at that.
    p_level => case when v_evidence ? 'retried_as' and v_evidence ->> 'retried_as' is not null then 'info' end,
    p_clears => case when v_evidence ->> 'retried_as' is not null then 'never' end);
end
$$;
comment on function private.failure_finding(public.jobs) is
  'How a job has failed: at which step, why, what it cost. class: final (another try would fail too), tries_used_up, '
  'time_over.';
revoke execute on function private.failure_finding(public.jobs) from public;

create function private.late_findings(p_job public.jobs) returns setof private.finding
language plpgsql stable set search_path = '' as $$
declare
  v_late record;
begin
  select count(*) as count, min(e.received_at) as first_at, max(e.received_at) as last_at into v_late
  from private.webhook_events e where e.job_id = p_job.id and e.verdict = 'late';
  if v_late.count = 0 then return; end if;
  return next private.finding('webhook_late', format('%s after its end, %s after it first.', case v_late.count
      when 1 then 'A webhook came' else format('%s webhooks came', v_late.count) end,
      private.said(v_late.first_at - p_job.completed_at)),
    jsonb_build_object('times', v_late.count, 'first_at', v_late.first_at, 'last_at', v_late.last_at,
      'error_code', p_job.error_code),
    p_since => v_late.first_at,
    p_level => case when p_job.error_code in ('deadline_exceeded', 'submit_unknown') then 'error' end,
    p_clears => case when p_job.error_code in ('deadline_exceeded', 'submit_unknown') then 'by_you' end);
end
$$;
comment on function private.late_findings(public.jobs) is
  'That webhooks came after a job''s end: the reason, where it had been given up for silence.';
revoke execute on function private.late_findings(public.jobs) from public;

create function private.end_findings(p_job public.jobs) returns setof private.finding
language plpgsql stable set search_path = '' as $$
begin
  return query select * from private.late_findings(p_job);
  if p_job.status = 'completed' then
    return next private.finding('completed', format('It has completed, %s after it was created.',
        private.said(p_job.completed_at - p_job.created_at)),
      private.end_evidence(p_job) || jsonb_build_object('files', jsonb_array_length(p_job.output -> 'files'),
        'bytes', nullif(p_job.output_bytes, 0)),
      p_since => p_job.completed_at);
  elsif p_job.status = 'cancelled' then
    return next private.finding('cancelled', 'It has been cancelled.', private.end_evidence(p_job),
      p_since => p_job.completed_at);
  else
    return next private.failure_finding(p_job);
  end if;
end
$$;
comment on function private.end_findings(public.jobs) is 'How a job has ended.';
revoke execute on function private.end_findings(public.jobs) from public;
