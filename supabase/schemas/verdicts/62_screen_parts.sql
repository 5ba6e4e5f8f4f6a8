create function private.tables_told_of(p_job public.jobs) returns text[]
language sql immutable set search_path = '' as $$
  select array['public.jobs'] || case p_job.effect
    when 'project_node' then '{public.projects}'::text[] when 'model' then '{public.ai_models}' else '{}' end
$$;
comment on function private.tables_told_of(public.jobs) is 'The tables in which a job changes what screens show.';
revoke execute on function private.tables_told_of(public.jobs) from public;

create function private.findings_of_triggers(p_job public.jobs) returns setof private.finding
language plpgsql stable set search_path = '' as $$
declare
  v_part private.broadcast_part;
  v_fault text;
  v_are_good boolean := true;
begin
  foreach v_part in array array(
    select t::private.broadcast_part from private.broadcast_triggers() t
    where t.table_name = any (private.tables_told_of(p_job)) order by t.name)
  loop
    v_fault := private.fault_of_trigger(v_part);
    continue when v_fault is null;
    v_are_good := false;
    return next private.finding('trigger_missing',
      format('The trigger %s on %s is %s: no screen is told of changes.', v_part.name, v_part.table_name, v_fault),
      jsonb_build_object('trigger', v_part.name, 'table', v_part.table_name, 'fault', v_fault, 'check', v_part.name),
      p_subject => v_part.table_name, p_repair_sql => case v_fault when 'disabled'
        then format('alter table %s enable trigger %I', v_part.table_name, v_part.name) else v_part.statement end);
  end loop;
  if v_are_good then
    return next private.not_so('trigger_missing', 'The triggers that tell of changes are there and enabled.',
      jsonb_build_object('tables', private.tables_told_of(p_job)));
  end if;
end
$$;
comment on function private.findings_of_triggers(public.jobs) is 'Whether the triggers are there that tell of a job.';
revoke execute on function private.findings_of_triggers(public.jobs) from public;

create function private.findings_of_rights(p_job public.jobs) returns setof private.finding
language plpgsql stable set search_path = '' as $$
declare
  v_part private.broadcast_part;
  v_missing text;
begin
  foreach v_part in array array(
    select p::private.broadcast_part from private.topic_policies() p
    where p.marker = 'jobs:' or p.marker = 'project:' and p_job.effect = 'project_node' order by p.name)
  loop
    if private.topic_is_open(v_part.marker) then
      return next private.not_so('topic_policy_missing',
        format('A policy lets owners listen to their topics %s….', v_part.marker), p_subject => v_part.marker);
    else
      return next private.finding('topic_policy_missing',
        format('No policy on realtime.messages lets owners listen to topics %s…: they cannot join.', v_part.marker),
        jsonb_build_object('policy', v_part.name, 'check', v_part.name),
        p_subject => v_part.marker, p_repair_sql => v_part.statement);
    end if;
  end loop;
  v_missing := private.fault_of_reading('public.jobs');
  if v_missing is null or v_missing like 'row level security%' then -- too open is no reason of this kind
    return next private.not_so('rows_unreadable', 'Owners may read their rows of public.jobs.');
  else
    return next private.finding('rows_unreadable', format('Owners cannot read public.jobs: %s.', v_missing),
      jsonb_build_object('check', 'read public.jobs'), p_subject => 'public.jobs',
      p_repair_sql => private.repair_of_reading('public.jobs'));
  end if;
end
$$;
comment on function private.findings_of_rights(public.jobs) is
  'Whether a job''s owner may listen to what is told of it, and read its row.';
revoke execute on function private.findings_of_rights(public.jobs) from public;
