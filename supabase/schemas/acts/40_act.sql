create function private.check_act(p_action text, p_filter private.act_filter, p_role text) returns void
language plpgsql volatile set search_path = '' as $$
begin
  if p_role = 'admin' then return; end if;
  if p_action not in ('retry', 'refund') then
    perform private.refuse(403, 'not_an_operator', format('Support may retry and refund; %s is for admins.', p_action));
  elsif p_filter.job_ids is null and p_filter.user_id is null then
    perform private.refuse(403, 'not_an_operator', 'Support helps single users: name jobs, or a user.', 'filter');
  end if;
end
$$;
comment on function private.check_act(text, private.act_filter, text) is
  'Error 403 not_an_operator unless an operator of this role may act so.';
revoke execute on function private.check_act(text, private.act_filter, text) from public;

create function private.begin_run(p_action text, p_filter jsonb, p_reason text, p_job_ids uuid[]) returns uuid
language plpgsql volatile set search_path = '' as $$
declare
  v_run_id uuid;
begin
  insert into private.bulk_runs (action, filter, reason, actor, actor_role, called_as, items, begun_at)
  values (p_action, p_filter, private.cut(p_reason, 500), auth.uid(), private.operator_role(), private.caller_role(),
    coalesce(cardinality(p_job_ids), 0), private.now())
  returning run_id into v_run_id;
  insert into private.bulk_items (run_id, n, job_id)
  select v_run_id, n, job_id from unnest(p_job_ids) with ordinality items (job_id, n);
  return v_run_id;
end
$$;
comment on function private.begin_run(text, jsonb, text, uuid[]) is 'Makes a run of these jobs, and returns its id.';
revoke execute on function private.begin_run(text, jsonb, text, uuid[]) from public;

create function private.progress_of(p_run_id uuid) returns jsonb
language plpgsql volatile set search_path = '' as $$
begin
  -- Volatile, so that it sees what was committed before a lock was had; a linter would have it stable.
  -- @plpgsql_check_options: performance_warnings = off
  return (
    select jsonb_build_object('done', done, 'skipped_in_run', skipped, 'failed', failed,
      'to_do', items - done - skipped - failed)
    from private.bulk_runs where run_id = p_run_id);
end
$$;
comment on function private.progress_of(uuid) is 'How far a run is: {done, skipped_in_run, failed, to_do}.';
revoke execute on function private.progress_of(uuid) from public;

create function private.run_result(p_run_id uuid) returns jsonb
language plpgsql volatile set search_path = '' as $$
begin
  -- Volatile, so that it sees what was committed before a lock was had; a linter would have it stable.
  -- @plpgsql_check_options: performance_warnings = off
  return (
    select private.progress_of(r.run_id) || jsonb_build_object('run_id', r.run_id, 'state', r.state,
      'items', r.items, 'codes', (select coalesce(jsonb_object_agg(c.code, c.count), '{}') from (
        select i.code, count(*) from private.bulk_items i
        where i.run_id = r.run_id and i.code is not null group by i.code) c),
      'new_job_ids', (select coalesce(jsonb_agg(i.new_job_id order by i.n), '[]') from (
        select new_job_id, n from private.bulk_items b
        where b.run_id = r.run_id and b.new_job_id is not null order by n limit 100) i))
    from private.bulk_runs r where r.run_id = p_run_id);
end
$$;
comment on function private.run_result(uuid) is
  'How far a run is: {run_id, state, items, done, skipped_in_run, failed, to_do, codes: {why something was not done, '
  'or is put off: n}, new_job_ids: of the first hundred retries}. Null: there is none.';
revoke execute on function private.run_result(uuid) from public;

create function private.act_on_jobs(
  p_action text, p_asked jsonb, p_filter private.act_filter, p_dry_run boolean, p_reason text, p_role text
) returns jsonb
language plpgsql volatile set search_path = '' as $$
declare
  v_plan private.act_plan := private.plan_act(p_action, p_filter);
  v_counts jsonb := jsonb_build_object('matched', v_plan.matched, 'qualified', v_plan.qualified,
    'skipped', coalesce(v_plan.skipped, '{}'), 'credits', jsonb_build_object(
      'charged', greatest(v_plan.credits, 0), 'refunded', greatest(-v_plan.credits, 0)));
  v_result jsonb := jsonb_build_object('action', p_action, 'dry_run', p_dry_run,
    'examples', coalesce(v_plan.examples, '{}'), 'sample', to_jsonb(coalesce(v_plan.job_ids[1:10], '{}')),
    'in_background', v_plan.qualified > 100) || v_counts;
  v_run_id uuid;
begin
  if p_dry_run then
    return v_result || case when p_role = 'support'
      then jsonb_build_object('left', private.support_left(auth.uid())) else '{}' end;
  end if;
  if p_role = 'support' then perform private.check_support(p_action, v_plan.qualified, v_plan.credits); end if;
  v_run_id := private.begin_run(p_action, p_asked, p_reason, v_plan.job_ids);
  if v_plan.qualified <= 100 then
    perform private.work_run(v_run_id, clock_timestamp() + interval '3 seconds');
    perform private.dispatch_all();
  end if;
  perform private.note_act(p_action, p_asked, v_counts || private.progress_of(v_run_id), p_reason, v_run_id,
    v_plan.qualified::integer, v_plan.credits);
  return v_result || private.run_result(v_run_id);
end
$$;
comment on function private.act_on_jobs(text, jsonb, private.act_filter, boolean, text, text) is
  'Acts on the jobs that a filter names; p_asked: as it was given. Up to a hundred at once, more in the background. '
  'Returns what ops.act does.';
revoke execute on function private.act_on_jobs(text, jsonb, private.act_filter, boolean, text, text) from public;

create function ops.act(p_action text, p_filter jsonb, p_dry_run boolean default true, p_reason text default null)
returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_role text := private.require_operator();
  v_filter private.act_filter := private.read_filter(p_action, p_filter);
begin
  p_dry_run := coalesce(p_dry_run, true);
  perform private.check_act(p_action, v_filter, v_role);
  if not p_dry_run and coalesce(btrim(p_reason), '') = ''
     and p_action in ('pause', 'cancel', 'refund', 'resolve', 'quarantine', 'delete') then
    perform private.refuse(422, 'reason_required', format('To %s something, say why.', p_action), 'reason');
  end if;
  if p_action in ('pause', 'resume', 'set_capacity') then
    return private.act_on_thing(p_action, p_filter, v_filter, p_dry_run, p_reason);
  end if;
  return private.act_on_jobs(p_action, p_filter, v_filter, p_dry_run, p_reason, v_role);
end
$$;
comment on function ops.act(text, jsonb, boolean, text) is
  'The one way to act (docs/acting.md). p_action: retry, cancel, redrive, refund, resolve, set_priority, '
  'replay_webhook, quarantine, release, delete (jobs); pause, resume, set_capacity (one lane, account, tool, user, '
  'connection or platform). p_filter: which, {job_id | job_ids, user_id, tool, lane, status, error_code, failed_step, '
  'created_from, created_to, ended_from, limit}, and the values that the action needs. p_dry_run, as long as nothing '
  'else is said: only what it would do. '
  'Returns {action, dry_run, matched, qualified, skipped: {code: n}, examples: {code: job}, credits: {charged, '
  'refunded}, sample, in_background}; when it is done also {run_id, state, items, done, skipped_in_run, failed, to_do, '
  'codes, new_job_ids}. Each act leaves a row in ops.audit. Errors: 401 unauthenticated, 403 not_an_operator, 422 '
  'invalid_action, invalid_filter or reason_required, 429 support_limit.';
revoke execute on function ops.act(text, jsonb, boolean, text) from public;
grant execute on function ops.act(text, jsonb, boolean, text) to service_role;
