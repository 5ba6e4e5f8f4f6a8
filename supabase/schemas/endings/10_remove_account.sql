create function private.wait_again(p_job public.jobs, p_attempt public.job_attempts, p_message text, p_at timestamptz)
returns void
language plpgsql set search_path = '' as $$
begin
  perform private.end_attempt(p_job, p_attempt, 'waited', null, p_at, 'account_removed', p_message, false);
  perform private.requeue_job(p_job, 'account_removed', p_message, 'pause', '0', p_at, p_gives_back => true);
end
$$;
comment on function private.wait_again(public.jobs, public.job_attempts, text, timestamptz) is
  'Puts a locked job whose running attempt was never submitted back to wait. The caller dispatches.';
revoke execute on function private.wait_again(public.jobs, public.job_attempts, text, timestamptz) from public;

create function ops.remove_account(p_account_id integer) returns integer
language plpgsql security definer set search_path = '' as $$
declare
  v_now timestamptz := private.now();
  v_lane text;
  v_found record;
begin
  update private.accounts set retired_at = coalesce(retired_at, v_now), paused_until = 'infinity',
    pause_reason = 'the account was removed'
  where account_id = p_account_id returning lane into v_lane;
  if not found then
    perform private.refuse(404, 'account_not_found', format('There is no account %s.', p_account_id));
  end if;
  -- What nobody has submitted yet waits again; what has a task runs to its end, with the account's key. Jobs are locked
  -- before slots, as everywhere; whoever was given a slot meanwhile is waited for no more.
  perform from public.job_attempts a
  join public.jobs j on j.id = a.job_id and j.attempt = a.attempt and j.status = 'processing'
  where a.account_id = p_account_id and a.outcome is null and a.submits = 0 and a.word is null
  order by j.id for update of j, a;
  perform private.set_capacity(p_account_id, 0);
  for v_found in
    select j as job, a as attempt from public.job_attempts a
    join public.jobs j on j.id = a.job_id and j.attempt = a.attempt and j.status = 'processing'
    where a.account_id = p_account_id and a.outcome is null and a.submits = 0 and a.word is null
    order by j.id for update of j, a skip locked
  loop
    perform private.wait_again(v_found.job, v_found.attempt, 'Its account was removed', v_now);
  end loop;
  perform private.dispatch(v_lane);
  return (select count(*) from private.slots where account_id = p_account_id);
end
$$;
comment on function ops.remove_account(integer) is
  'Takes an account out of use: it starts nothing more, what was not submitted yet waits for another, what has a task '
  'goes on to its end, and the key is kept until then. Returns how many tasks that is. ops.add_account with its name '
  'brings it back. Error: 404 account_not_found.';
revoke execute on function ops.remove_account(integer) from public;

create function private.forget_retired_accounts() returns void
language plpgsql set search_path = '' as $$
begin
  update private.accounts a set secret_name = null, webhook_secret_name = null
  where a.retired_at is not null and (a.secret_name is not null or a.webhook_secret_name is not null)
    and not exists (select from private.slots s where s.account_id = a.account_id)
    and not exists (select from private.cancels c where c.account_id = a.account_id and c.over_at is null)
    and not exists (select from private.forgets f where f.account_id = a.account_id)
    and not exists (select from public.job_attempts t where t.account_id = a.account_id and t.outcome is null);
end
$$;
comment on function private.forget_retired_accounts() is
  'Lets removed accounts forget the names of their keys once nothing of them runs or is copied any more.';
revoke execute on function private.forget_retired_accounts() from public;
