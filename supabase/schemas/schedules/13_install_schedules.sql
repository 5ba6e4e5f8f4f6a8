create function private.ship_schedule(p_name text, p_schedule text, p_command text) returns private.shipment
language plpgsql set search_path = '' as $$
declare
  v_new jsonb := jsonb_build_object('schedule', p_schedule, 'command', p_command, 'active', true);
  v_id bigint;
  v_is jsonb;
  v_plan record;
begin
  select jobid, jsonb_build_object('schedule', schedule, 'command', command, 'active', active) into v_id, v_is
  from cron.job where jobname = p_name;
  v_plan := private.plan_shipment('schedule', p_name, v_is, v_new);

  -- By pg_cron's functions: the table itself is not postgres's to write on hosted projects.
  if v_plan.outcome = 'inserted' then
    perform cron.schedule(p_name, p_schedule, p_command);
  elsif v_plan.outcome = 'updated' then
    perform cron.alter_job(v_id, schedule => v_plan.changes ->> 'schedule', command => v_plan.changes ->> 'command',
      active => (v_plan.changes ->> 'active')::boolean);
  end if;
  if v_plan.outcome <> 'deleted' then
    perform private.note_shipped('schedule', p_name, case when v_plan.outcome <> 'own' then v_new end);
  end if;
  return ('schedule', p_name, v_plan.outcome, v_plan.note)::private.shipment;
end
$$;
comment on function private.ship_schedule(text, text, text) is
  'Ships a job of pg_cron. Its schedule, its command and whether it is active follow a release each by itself.';
revoke execute on function private.ship_schedule(text, text, text) from public;

create function private.install_schedules() returns setof private.shipment
language plpgsql set search_path = '' as $$
begin
  return query
    select s.* from (values
      ('esteira-tick', '10 seconds'),
      ('esteira-effects', '10 seconds'),
      ('esteira-progress', '11 seconds'),
      ('esteira-connections', '13 seconds'),
      ('esteira-acts', '7 seconds'),
      -- No divisor in common, so that they hardly ever fall together (see the head of this room).
      ('esteira-ask', '59 seconds'),
      ('esteira-leases', '53 seconds'),
      ('esteira-overdue', '47 seconds'),
      ('esteira-expire', '43 seconds'),
      ('esteira-copies', '41 seconds'),
      ('esteira-tasks', '37 seconds'),
      ('esteira-retention', '31 seconds'),
      ('esteira-publications', '29 seconds'),
      ('esteira-drift', '23 seconds'),
      ('esteira-alerts', '* * * * *'),
      ('esteira-retry', '*/5 * * * *'),
      ('esteira-cleanup', '0 2 * * *')
    ) schedules (name, schedule),
    lateral private.ship_schedule(name, schedule, format('select private.run(%L)', name)) s;
end
$$;
comment on function private.install_schedules() is 'Brings the schedules; called by ops.install() alone.';
revoke execute on function private.install_schedules() from public;
