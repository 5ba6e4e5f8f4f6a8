create function private.forget_item(p_forget private.forgets) returns jsonb
language plpgsql stable set search_path = '' as $$
begin
  return jsonb_build_object(
    'kind', 'forget',
    'job', jsonb_build_object('id', p_forget.job_id, 'user_id', '00000000-0000-0000-0000-000000000000',
      'tool', p_forget.tool, 'lane', p_forget.lane, 'input', '{}'::jsonb, 'metadata', '{}'::jsonb,
      'created_at', p_forget.started_at, 'deadline_at', null),
    'attempt', jsonb_build_object('attempt', p_forget.attempt, 'dispatch', 1, 'token', p_forget.token,
      'phase', 'finished', 'external_id', p_forget.external_id, 'checkpoint', p_forget.checkpoint,
      'started_at', p_forget.started_at, 'submits', 1, 'resubmit', null, 'nones', 0, 'submit_until', null,
      'word', 'succeeded', 'outputs', null, 'data', null))
    || private.wiring(p_forget.tool, p_forget.lane, p_forget.account_id);
end
$$;
comment on function private.forget_item(private.forgets) is
  'All that a worker needs to have a provider forget a task: a work item, with nothing of whose it was.';
revoke execute on function private.forget_item(private.forgets) from public;

create function worker.receive_forgets(p_qty integer default 10) returns setof jsonb
language plpgsql security definer rows 10 set search_path = '' as $$
declare
  v_now timestamptz := private.now();
begin
  return query
    with due as materialized (
      select f.token from private.forgets f where f.next_at <= v_now
      order by f.next_at limit p_qty for update of f skip locked
    )
    update private.forgets f
    set tries = f.tries + 1, next_at = v_now + interval '1 minute' * power(2, least(f.tries, 8))
    from due where f.token = due.token returning private.forget_item(f);
end
$$;
comment on function worker.receive_forgets(integer) is
  'Leases up to p_qty tasks that their providers are to forget. They come back, later each time, until '
  'worker.task_forgotten is told.';
revoke execute on function worker.receive_forgets(integer) from public;
grant execute on function worker.receive_forgets(integer) to service_role;

create function worker.task_forgotten(p_token uuid) returns boolean
language plpgsql security definer set search_path = '' as $$
begin
  delete from private.forgets where token = p_token;
  return found;
end
$$;
comment on function worker.task_forgotten(uuid) is
  'A provider has forgotten a task, or never knew of it, or cannot forget. False: that was known already.';
revoke execute on function worker.task_forgotten(uuid) from public;
grant execute on function worker.task_forgotten(uuid) to service_role;
