create function private.why_no_retry(p_job public.jobs, p_only_failed boolean) returns text
language plpgsql volatile set search_path = '' as $$
begin
  -- Volatile, so that it sees what was committed before a lock was had; a linter would have it stable.
  -- @plpgsql_check_options: performance_warnings = off
  if p_job.status not in ('failed', 'cancelled') then return 'not_retryable'; end if;
  if p_only_failed and p_job.status <> 'failed' then return 'not_failed'; end if;
  if exists (select from public.jobs again where again.retried_from = p_job.id) then return 'already_retried'; end if;
  if private.is_publication(p_job) and exists (
    select from public.publications p where p.job_id = p_job.id and private.counts_as_there(p_job, p)) then
    return 'duplicate_content';
  end if;
  return (
    select case when t.tool is null then 'unknown_tool' when not t.is_enabled then 'tool_disabled' end
    from (select 1) one left join public.tools t on t.tool = p_job.tool);
end
$$;
comment on function private.why_no_retry(public.jobs, boolean) is
  'Why a job cannot be done again; null: it can. p_only_failed: those cancelled are not asked for.';
revoke execute on function private.why_no_retry(public.jobs, boolean) from public;

create function private.why_no_refund(p_job public.jobs) returns text
language plpgsql volatile set search_path = '' as $$
declare
  v_is_aside boolean := exists (select from private.quarantine where job_id = p_job.id);
begin
  -- Volatile, so that it sees what was committed before a lock was had; a linter would have it stable.
  -- @plpgsql_check_options: performance_warnings = off
  if p_job.status = 'completed' then return 'has_a_result'; end if;
  if p_job.status in ('pending', 'processing') and not v_is_aside then return 'still_open'; end if;
  if p_job.refund = 'paid' then return 'already_refunded'; end if;
  if p_job.credits_charged = 0 and not v_is_aside then return 'cost_nothing'; end if;
  -- Whether it is there, somebody has to say; and who has said so, has decided about its price.
  if p_job.error_code = 'outcome_unknown' and private.is_publication(p_job) then return 'outcome_unknown'; end if;
  return null;
end
$$;
comment on function private.why_no_refund(public.jobs) is
  'Why the price of a job cannot be paid back: who is refunded has no result; null: it can.';
revoke execute on function private.why_no_refund(public.jobs) from public;

create function private.why_no_delete(p_job public.jobs) returns text
language plpgsql volatile set search_path = '' as $$
begin
  -- Volatile, so that it sees what was committed before a lock was had; a linter would have it stable.
  -- @plpgsql_check_options: performance_warnings = off
  return case
    when p_job.status in ('pending', 'processing') then 'still_open'
    when p_job.refund = 'due' then 'refund_due'
    when exists (select from private.cancels where job_id = p_job.id and over_at is null) then 'task_may_live'
    when exists (select from private.pending_effects where job_id = p_job.id) then 'effect_pending'
    when p_job.status = 'completed' and p_job.id = any (private.referred_jobs(p_job.user_id)) then 'still_referred_to'
  end;
end
$$;
comment on function private.why_no_delete(public.jobs) is
  'Why a job cannot be deleted: it is open, something of it is, or a project or model shows its result; null: it can.';
revoke execute on function private.why_no_delete(public.jobs) from public;

create function private.why_not_open(p_action text, p_job public.jobs, p_filter private.act_filter) returns text
language plpgsql volatile set search_path = '' as $$
declare
  v_attempt public.job_attempts;
begin
  -- Volatile, so that it sees what was committed before a lock was had; a linter would have it stable.
  -- @plpgsql_check_options: performance_warnings = off
  if p_job.status not in ('pending', 'processing') then return 'already_ended'; end if;
  select * into v_attempt from public.job_attempts
  where job_id = p_job.id and finished_at is null order by attempt desc limit 1;
  return case p_action
    when 'cancel' then case when v_attempt.word is not null or private.has_success(p_job.id)
      or private.is_committed(p_job, v_attempt) then 'job_finishing' end
    when 'set_priority' then case when p_job.status <> 'pending' then 'not_waiting'
      when p_job.priority = p_filter.priority then 'unchanged'
      when exists (select from public.tools t where t.tool = p_job.tool
        and p_filter.priority not between t.min_priority and t.max_priority) then 'invalid_priority' end
    when 'replay_webhook' then case when v_attempt.token is null then 'no_attempt'
      when not exists (select from private.webhook_events where job_id = p_job.id and attempt = v_attempt.attempt)
      then 'no_webhook' end
    when 'quarantine' then case when exists (
      select from private.quarantine where job_id = p_job.id and part = 'operator') then 'already_quarantined' end
  end;
end
$$;
comment on function private.why_not_open(text, public.jobs, private.act_filter) is
  'Why an action on open jobs is not for this one; null: it is.';
revoke execute on function private.why_not_open(text, public.jobs, private.act_filter) from public;

create function private.why_not(p_action text, p_job public.jobs, p_filter private.act_filter) returns text
language plpgsql volatile set search_path = '' as $$
begin
  -- Volatile, so that it sees what was committed before a lock was had; a linter would have it stable.
  -- @plpgsql_check_options: performance_warnings = off
  return case p_action
    when 'retry' then private.why_no_retry(p_job, false)
    when 'redrive' then private.why_no_retry(p_job, true)
    when 'refund' then private.why_no_refund(p_job)
    when 'delete' then private.why_no_delete(p_job)
    when 'release' then case when not exists (select from private.quarantine where job_id = p_job.id)
      then 'not_quarantined' end
    when 'resolve' then (
      select case when p.unknown_at is null then 'not_unknown' when p.resolved is not null then 'already_resolved' end
      from (select 1) one left join public.publications p on p.job_id = p_job.id)
    else private.why_not_open(p_action, p_job, p_filter)
  end;
end
$$;
comment on function private.why_not(text, public.jobs, private.act_filter) is
  'Why an action is not for a job, a stable code; null: it is.';
revoke execute on function private.why_not(text, public.jobs, private.act_filter) from public;
