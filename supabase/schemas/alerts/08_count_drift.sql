-- The ledger is proved piece by piece, all the time, so that no look at it holds a snapshot for long, however large it
-- is: users by their ids, jobs by theirs, attempts by when they ended; each is a sweep (private.sweeps) of its own. Its
-- heartbeat tells what the passes that are under way have found so far, or what the last ones did, if that was more:
-- an alert closes when a whole pass has found nothing.

create function private.count_found(p_sweep text, p_found integer, p_seen text, p_is_end boolean) returns integer
language plpgsql set search_path = '' as $$
declare
  v_so_far integer := coalesce(nullif(private.sweep_position(p_sweep || ' so far'), '')::integer, 0) + p_found;
  v_last integer := coalesce(nullif(private.sweep_position(p_sweep || ' last'), '')::integer, 0);
begin
  perform private.go_on(p_sweep, p_seen, p_is_end);
  if p_is_end then
    perform private.go_on(p_sweep || ' last', v_so_far::text, false);
    perform private.go_on(p_sweep || ' so far', null, true);
    return v_so_far;
  end if;
  perform private.go_on(p_sweep || ' so far', v_so_far::text, false);
  return greatest(v_so_far, v_last);
end
$$;
comment on function private.count_found(text, integer, text, boolean) is
  'Notes how far a pass of a proof has come and what it has found. Returns how much that is, or what the last pass '
  'found, if that was more; at its end what it found.';
revoke execute on function private.count_found(text, integer, text, boolean) from public;

create function private.count_balance_drift(p_qty integer) returns integer
language plpgsql set search_path = '' as $$
declare
  v_from uuid := coalesce(nullif(private.sweep_position('balances'), '')::uuid, private.first_uuid());
  v_users uuid[] := array(
    select user_id from public.credit_accounts where user_id > v_from order by user_id limit p_qty);
  v_is_end boolean := cardinality(v_users) < p_qty;
  v_to uuid := case when v_is_end then private.last_uuid() else v_users[p_qty] end;
begin
  return private.count_found('balances', (select count(*)::integer from private.balance_drift(v_from, v_to)),
    v_to::text, v_is_end);
end
$$;
comment on function private.count_balance_drift(integer) is
  'Proves the balances of the next p_qty users. Returns what private.count_found does.';
revoke execute on function private.count_balance_drift(integer) from public;

create function private.count_price_drift(p_qty integer) returns integer
language plpgsql set search_path = '' as $$
declare
  v_from uuid := coalesce(nullif(private.sweep_position('prices'), '')::uuid, private.first_uuid());
  v_jobs uuid[] := array(select id from public.jobs where id > v_from order by id limit p_qty);
  v_is_end boolean := cardinality(v_jobs) < p_qty;
  v_to uuid := case when v_is_end then private.last_uuid() else v_jobs[p_qty] end;
begin
  return private.count_found('prices', (select count(*)::integer from private.price_drift(v_from, v_to)), v_to::text,
    v_is_end);
end
$$;
comment on function private.count_price_drift(integer) is
  'Proves what the next p_qty jobs were charged and refunded. Returns what private.count_found does.';
revoke execute on function private.count_price_drift(integer) from public;

create function private.count_task_drift(p_qty integer) returns integer
language plpgsql set search_path = '' as $$
declare
  v_now timestamptz := private.now();
  v_from timestamptz := greatest(private.sweep_time('tasks'), v_now - interval '7 days');
  v_ends timestamptz[] := array(
    select finished_at from public.job_attempts where finished_at > v_from order by finished_at limit p_qty);
  v_is_end boolean := cardinality(v_ends) < p_qty;
  v_to timestamptz := case when v_is_end then 'infinity' else v_ends[p_qty] end;
begin
  return private.count_found('tasks', (select count(*)::integer from private.task_drift(v_from, v_to)), v_to::text,
    v_is_end);
end
$$;
comment on function private.count_task_drift(integer) is
  'Looks at slots and at tasks that live, and at the next p_qty attempts that ended in the last seven days. Returns '
  'what private.count_found does.';
revoke execute on function private.count_task_drift(integer) from public;

create function private.count_drift(p_users integer default 200, p_jobs integer default 2000) returns integer
language plpgsql set search_path = '' as $$
begin
  return least(1000, private.count_balance_drift(p_users) + private.count_price_drift(p_jobs)
    + private.count_task_drift(p_jobs));
end
$$;
comment on function private.count_drift(integer, integer) is
  'Proves the next piece of the ledger, of jobs and of attempts: what ops.credit_drift proves at once. Its heartbeat '
  'keeps what was found: {drifting}, 1,000 at the most. A pass through a million jobs is 500 pieces.';
revoke execute on function private.count_drift(integer, integer) from public;
