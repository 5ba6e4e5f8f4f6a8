create function private.drift_findings(p_job public.jobs) returns setof private.finding
language plpgsql stable set search_path = '' as $$
declare
  v_charged bigint := coalesce((
    select -amount from public.credit_entries where job_id = p_job.id and kind = 'charge'), 0);
  v_refunded bigint := coalesce((
    select amount from public.credit_entries where job_id = p_job.id and kind = 'refund'), 0);
  v_is_waited_for boolean := p_job.refund = 'due' and (
    exists (select from private.cancels c where c.job_id = p_job.id and c.over_at is null)
    or exists (select from public.publications p
      where p.job_id = p_job.id and p.unknown_at is not null and p.resolved is null));
  v_problem text := case
    when v_charged <> p_job.credits_charged then 'it was not charged as it says'
    when v_refunded <> case p_job.refund when 'paid' then p_job.credits_charged else 0 end
      then 'it was not refunded as it says'
    when p_job.refund <> 'none' and (p_job.output is not null or p_job.output_url is not null)
      then 'it is refunded, and has a result'
    when p_job.refund = 'due' and not v_is_waited_for then 'a refund is due, and nothing is waited for'
    when p_job.status = 'failed' and p_job.credits_charged > 0 and p_job.refund <> 'paid'
      and not private.is_publication(p_job) then 'it failed, and was not paid back' end;
begin
  if v_problem is null then
    return next private.not_so('credits_drift', format('Charged %s, refunded %s (%s), as the ledger says.', v_charged,
      v_refunded, p_job.refund), jsonb_build_object('charged', v_charged, 'refunded', v_refunded));
    return;
  end if;
  return next private.finding('credits_drift', format('The ledger and the job disagree: %s.', v_problem),
    jsonb_build_object('job_charged', p_job.credits_charged, 'job_refund', p_job.refund, 'charged', v_charged,
      'refunded', v_refunded, 'status', p_job.status), p_since => p_job.updated_at);
end
$$;
comment on function private.drift_findings(public.jobs) is
  'Whether a job and the ledger say the same: what ops.credit_drift proves of all jobs, of one.';
revoke execute on function private.drift_findings(public.jobs) from public;

create function private.refund_findings(p_job public.jobs, p_ends_at timestamptz) returns setof private.finding
language plpgsql stable set search_path = '' as $$
declare
  v_evidence jsonb := jsonb_build_object('credits', p_job.credits_charged, 'refund', p_job.refund);
begin
  case p_job.refund
    when 'due' then
      return next private.finding('refund_due',
        'Its price is paid back or withheld as soon as it is known what became of its task.',
        v_evidence, p_since => p_job.completed_at, p_expected_at => p_ends_at);
    when 'paid' then
      return next private.finding('refunded', format('Its price was paid back: %s credits.', p_job.credits_charged),
        v_evidence, p_since => p_job.completed_at);
    when 'withheld' then
      return next private.finding('refund_withheld', 'Its price was not paid back: its task went on to its end.',
        v_evidence, p_since => p_job.completed_at);
    else
      return next private.not_so('refund_due', 'There is nothing to pay back.', v_evidence);
  end case;
end
$$;
comment on function private.refund_findings(public.jobs, timestamptz) is
  'What becomes of the price of a job that has ended. p_ends_at: when what is due is decided at the latest.';
revoke execute on function private.refund_findings(public.jobs, timestamptz) from public;

create function private.outbox_findings(p_job public.jobs, p_at timestamptz) returns setof private.finding
language plpgsql stable set search_path = '' as $$
declare
  v_cancel private.cancels;
  v_ends_at timestamptz;
begin
  for v_cancel in
    select * from private.cancels where job_id = p_job.id and over_at is null order by attempt limit 10
  loop
    v_ends_at := greatest(v_ends_at, v_cancel.ends_at);
    return next private.finding('task_winding_down',
      format('The task of attempt %s may go on: %s. Its slot is kept until that is over, until %s at most.',
        v_cancel.attempt, case when v_cancel.asked_at is not null then 'the provider was asked to stop it'
          else 'it is looked for and stopped' end, v_cancel.ends_at),
      jsonb_build_object('attempt', v_cancel.attempt, 'reason', v_cancel.reason, 'task', v_cancel.external_id,
        'asked_at', v_cancel.asked_at, 'looks', v_cancel.tries, 'looked_at_next', v_cancel.next_at,
        'none_found', v_cancel.nones, 'ends_at', v_cancel.ends_at),
      p_since => v_cancel.made_at, p_subject => v_cancel.lane,
      p_expected_at => case when v_cancel.ends_at > p_at then v_cancel.ends_at end);
  end loop;
  if v_ends_at is null then
    return next private.not_so('task_winding_down', 'No task of it is waited for.');
  end if;
  return query select * from private.refund_findings(p_job, case when v_ends_at > p_at then v_ends_at end);
end
$$;
comment on function private.outbox_findings(public.jobs, timestamptz) is
  'Which tasks of a job that has ended may go on, and what becomes of its price.';
revoke execute on function private.outbox_findings(public.jobs, timestamptz) from public;
