create function ops.repair(p_check text) returns private.checkup
language plpgsql security definer set search_path = '' as $$
declare
  v_found private.checkup;
  v_done text[] := '{}';
begin
  -- A trigger is made under a lock that every change of its table waits behind: rather not now than for long.
  perform set_config('lock_timeout', '3s', true);
  for i in 1..3 loop -- a grant, a policy, and what both have hidden
    select c.* into v_found from private.check_realtime() c where c.check_name = p_check;
    if not found then
      perform private.refuse(404, 'not_found', format('ops.realtime_doctor() has no check %s.', p_check), 'check');
    end if;
    exit when v_found.verdict in ('ok', 'info') or v_found.repair_sql is null;
    execute v_found.repair_sql;
    v_done := v_done || v_found.repair_sql;
  end loop;
  if v_done <> '{}' then
    perform private.note_act('repair', jsonb_build_object('check', p_check),
      jsonb_build_object('done', cardinality(v_done)), array_to_string(v_done, '; '));
  end if;
  return v_found;
end
$$;
comment on function ops.repair(text) is
  'Mends what a check of ops.realtime_doctor has found, by its repair_sql, and returns what it finds then; where '
  'nothing is wrong, or no statement mends it (its detail says who can), nothing is done. What was done is in '
  'ops.audit. Errors: 404 not_found, 55P03 when the table is locked for longer than three seconds: try again.';
revoke execute on function ops.repair(text) from public;
