create function private.have_for_act(p_job_id uuid, p_user_id uuid) returns boolean
language plpgsql volatile set search_path = '' as $$
begin
  -- Volatile, as whatever locks rows must be; a linter would have it stable.
  -- @plpgsql_check_options: performance_warnings = off
  perform from auth.users where id = p_user_id for key share skip locked;
  if not found then return false; end if;
  if not pg_try_advisory_xact_lock(hashtextextended('esteira.create_job:' || p_user_id, 0)) then return false; end if;
  perform from public.jobs where id = p_job_id for update skip locked;
  if not found then return false; end if;
  if (select count(*) from public.job_attempts where job_id = p_job_id and finished_at is null) > 0
     and not private.can_supersede(p_job_id) then return false; end if;
  return private.can_end_at_once(null, null, p_user_id);
end
$$;
comment on function private.have_for_act(uuid, uuid) is
  'Locks all that an act on a job can need: its user''s row and creates, the job, the slots of its open attempts, '
  'these, and the credit account. Waits for nothing: false when somebody else has one of them.';
revoke execute on function private.have_for_act(uuid, uuid) from public;

create function private.set_priority(p_job public.jobs, p_priority smallint) returns void
language plpgsql volatile set search_path = '' as $$
declare
  v_ticket bigint := private.take_tickets(p_job.lane, p_job.user_id, p_priority, 1);
begin
  update public.publications set priority = p_priority, ticket = v_ticket where job_id = p_job.id;
  update public.jobs set priority = p_priority, ticket = v_ticket where id = p_job.id;
end
$$;
comment on function private.set_priority(public.jobs, smallint) is
  'Gives a locked, waiting job another priority, and the next ticket of its user in it.';
revoke execute on function private.set_priority(public.jobs, smallint) from public;

create function private.replay_webhook(p_job public.jobs) returns void
language plpgsql volatile set search_path = '' as $$
declare
  v_attempt public.job_attempts;
begin
  select * into v_attempt from public.job_attempts
  where job_id = p_job.id and finished_at is null order by attempt desc limit 1;
  perform private.send_to_settle(v_attempt);
  perform private.poke(p_job.lane);
end
$$;
comment on function private.replay_webhook(public.jobs) is
  'Has the last webhook of a locked, open job settled again: the provider is asked for the truth, as when it came.';
revoke execute on function private.replay_webhook(public.jobs) from public;

create function private.refund_job(p_job public.jobs, p_reason text) returns void
language plpgsql volatile set search_path = '' as $$
begin
  if exists (select from private.quarantine where job_id = p_job.id) then
    perform ops.refund(p_job.id, coalesce(p_reason, 'Something went wrong on our side'));
    return;
  end if;
  -- A task that may live keeps its slot, and is stopped by the outbox; its end decides about no price any more.
  perform private.pay_back(p_job, false);
  update public.jobs set refund = 'paid' where id = p_job.id;
end
$$;
comment on function private.refund_job(public.jobs, text) is
  'Pays back the price of a locked job that has ended without a result, or is set aside, not counted among its '
  'user''s refunds.';
revoke execute on function private.refund_job(public.jobs, text) from public;

create function private.quarantine_job(p_job public.jobs, p_reason text) returns void
language plpgsql volatile set search_path = '' as $$
begin
  insert into private.quarantine (job_id, part, lane, sqlstate, error, since, last_at)
  values (p_job.id, 'operator', p_job.lane, '00000', left(p_reason, 2000), private.now(), private.now());
end
$$;
comment on function private.quarantine_job(public.jobs, text) is
  'An operator sets a job aside: it is not dispatched until it is released, or ended by a refund.';
revoke execute on function private.quarantine_job(public.jobs, text) from public;

create function private.do_act(p_run private.bulk_runs, p_job public.jobs) returns uuid
language plpgsql volatile set search_path = '' as $$
declare
  v_claims text := coalesce(current_setting('request.jwt.claims', true), '');
  v_new_job_id uuid;
begin
  -- As a server calls, not as the operator, whose the job is not. Whatever raises takes this back too.
  perform set_config('request.jwt.claims', '{"role": "service_role"}', true);
  case p_run.action
    when 'retry', 'redrive' then v_new_job_id := (public.retry_job(p_job.id)).id;
    when 'cancel' then perform public.cancel_job(p_job.id);
    when 'refund' then perform private.refund_job(p_job, p_run.reason);
    when 'resolve' then
      perform public.resolve_publication(p_job.id, p_run.filter ->> 'resolved', p_reason => p_run.reason);
    when 'set_priority' then perform private.set_priority(p_job, (p_run.filter ->> 'priority')::smallint);
    when 'replay_webhook' then perform private.replay_webhook(p_job);
    when 'quarantine' then perform private.quarantine_job(p_job, p_run.reason);
    when 'release' then perform ops.release(p_job.id);
    when 'delete' then delete from public.jobs where id = p_job.id;
  end case;
  perform set_config('request.jwt.claims', v_claims, true);
  return v_new_job_id;
end
$$;
comment on function private.do_act(private.bulk_runs, public.jobs) is
  'Does to one locked job what a run is for, in the name of a server. Returns the new job of a retry, else null.';
revoke execute on function private.do_act(private.bulk_runs, public.jobs) from public;
