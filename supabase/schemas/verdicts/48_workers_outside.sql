create function private.lease_findings(
  p_job public.jobs, p_attempt public.job_attempts, p_lane private.lanes, p_pointer private.pointer, p_at timestamptz
) returns setof private.finding
language plpgsql stable set search_path = '' as $$
declare
  v_lease jsonb := jsonb_build_object('worker', p_attempt.worker, 'leased_until', p_attempt.leased_until,
    'lease_seconds', private.in_seconds(p_lane.lease), 'attempt', p_attempt.attempt);
begin
  if p_attempt.leased_until is null then
    if p_pointer.msg_id is null then return; end if; -- lost: see message_findings
    return next private.finding('not_claimed',
      format('It has a slot, and no worker has claimed it for %s.', private.said(p_at - p_attempt.started_at)),
      jsonb_build_object('attempt', p_attempt.attempt, 'message', private.as_evidence(p_pointer),
        'expires_at', p_job.expires_at),
      p_since => p_attempt.started_at, p_subject => p_job.lane,
      p_level => case when p_at - p_attempt.started_at > 2 * p_lane.lease then 'warn' end);
  elsif p_attempt.leased_until < p_at then
    return next private.finding('lease_lost',
      format('Worker %s was not heard of before its lease ran out, %s ago.', p_attempt.worker,
        private.said(p_at - p_attempt.leased_until)), v_lease,
      p_since => p_attempt.leased_until, p_subject => p_attempt.worker,
      p_expected_at => greatest(p_attempt.leased_until, p_at) + interval '1 minute');
  else
    return query select * from private.pace_findings(p_job, p_attempt, p_at, p_attempt.worker,
      format('Worker %s has it, and was heard of %s ago', p_attempt.worker,
        private.said(p_at - (p_attempt.leased_until - p_lane.lease))), v_lease);
    return next private.not_so('lease_lost', format('The lease of worker %s runs until %s.', p_attempt.worker,
      p_attempt.leased_until), v_lease, p_attempt.worker);
  end if;
end
$$;
comment on function private.lease_findings(
  public.jobs, public.job_attempts, private.lanes, private.pointer, timestamptz) is
  'Where an attempt is that a worker outside claims or has claimed.';
revoke execute on function private.lease_findings(
  public.jobs, public.job_attempts, private.lanes, private.pointer, timestamptz) from public;
