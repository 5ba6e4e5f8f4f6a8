create function private.set_run_state(p_run_id uuid, p_from text, p_to text, p_action text, p_reason text)
returns jsonb
language plpgsql volatile set search_path = '' as $$
declare
  v_run private.bulk_runs;
begin
  perform private.require_operator(p_only_admin => not exists (
    select from private.bulk_runs where run_id = p_run_id and actor = auth.uid()));
  select * into v_run from private.bulk_runs where run_id = p_run_id for update;
  if not found then perform private.refuse(404, 'not_found', 'There is no such run.', 'run_id'); end if;
  if v_run.state <> p_from then
    perform private.refuse(409, case v_run.state when 'running' then 'run_running' when 'done' then 'run_done'
      else 'run_aborted' end, format('The run is %s.', v_run.state), 'run_id');
  end if;
  update private.bulk_runs set state = p_to, ended_at = case when p_to <> 'running' then private.now() end
  where run_id = p_run_id;
  perform private.note_act(p_action, v_run.filter, private.progress_of(p_run_id), p_reason, p_run_id);
  return private.run_result(p_run_id);
end
$$;
comment on function private.set_run_state(uuid, text, text, text, text) is
  'Aborts or resumes a run: by an admin, or whoever began it. Errors: 404 not_found, 409 run_running, run_done or '
  'run_aborted.';
revoke execute on function private.set_run_state(uuid, text, text, text, text) from public;

create function ops.abort_run(p_run_id uuid, p_reason text default null) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
begin
  return private.set_run_state(p_run_id, 'running', 'aborted', 'abort', p_reason);
end
$$;
comment on function ops.abort_run(uuid, text) is
  'Stops a run where it is: what is done stays done, the rest is left. Returns how far it came. For admins, and for '
  'whoever began it. Errors: 403 not_an_operator, 404 not_found, 409 run_done or run_aborted.';
revoke execute on function ops.abort_run(uuid, text) from public;
grant execute on function ops.abort_run(uuid, text) to service_role;

create function ops.resume_run(p_run_id uuid, p_reason text default null) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
begin
  return private.set_run_state(p_run_id, 'aborted', 'running', 'resume', p_reason);
end
$$;
comment on function ops.resume_run(uuid, text) is
  'Takes an aborted run up again where it stopped. For admins, and for whoever began it. Errors: 403 not_an_operator, '
  '404 not_found, 409 run_done or run_running.';
revoke execute on function ops.resume_run(uuid, text) from public;
grant execute on function ops.resume_run(uuid, text) to service_role;

create function ops.work_run(p_run_id uuid) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
begin
  perform private.require_operator();
  if not exists (select from private.bulk_runs where run_id = p_run_id) then
    perform private.refuse(404, 'not_found', 'There is no such run.', 'run_id');
  end if;
  if private.work_run(p_run_id, clock_timestamp() + interval '2 seconds') > 0 then
    perform private.dispatch_all();
  end if;
  return private.run_result(p_run_id);
end
$$;
comment on function ops.work_run(uuid) is
  'Does the next batch of a run now, up to a hundred jobs, for who does not want to wait for the schedule; returns how '
  'far it is. While somebody else is at it: nothing. Errors: 403 not_an_operator, 404 not_found.';
revoke execute on function ops.work_run(uuid) from public;
grant execute on function ops.work_run(uuid) to service_role;
