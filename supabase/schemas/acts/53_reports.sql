create function private.reports() returns table (report text, is_for_support boolean)
language sql immutable set search_path = '' as $$
  values ('stuck_jobs', true), ('lane_health', true), ('queue_metrics', true), ('cron_health', true),
    ('delivery_health', true), ('provider_health', true), ('publication_metrics', true), ('api_versions', true),
    ('health_report', true), ('health_report_text', true), ('counts', true), ('counts_by', true), ('rates', true),
    ('quarantine', true), ('faults', true), ('alerts', true), ('alert_rules', true), ('dead_letters', true),
    ('realtime_doctor', false), ('realtime_policies', false), ('setup_check', false), ('credit_drift', false)
$$;
comment on function private.reports() is
  'What operators may read of the schema ops through ops_api.report, and whether support may.';
revoke execute on function private.reports() from public;

create function private.report_source(p_report text, p_args jsonb) returns text
language plpgsql volatile set search_path = '' as $$
declare
  v_unknown text;
begin
  -- Volatile, so that it sees what was committed before a lock was had; a linter would have it stable.
  -- @plpgsql_check_options: performance_warnings = off
  if to_regclass(format('ops.%I', p_report)) is not null then return format('ops.%I', p_report); end if;
  if not exists (select from pg_catalog.pg_proc where pronamespace = 'ops'::regnamespace and proname = p_report) then
    perform private.refuse(404, 'not_found', format('There is no report %L.', p_report), 'name');
  end if;
  select key into v_unknown from jsonb_object_keys(p_args) key where not exists (
    select from pg_catalog.pg_proc p
    where p.pronamespace = 'ops'::regnamespace and p.proname = p_report and key = any (p.proargnames)) limit 1;
  if found then
    perform private.refuse(422, 'invalid_input', format('%s has no %L.', p_report, v_unknown), v_unknown);
  end if;
  return format('ops.%I(%s)', p_report, (
    select string_agg(format('%I => %L', key, value), ', ' order by key) from jsonb_each_text(p_args)));
end
$$;
comment on function private.report_source(text, jsonb) is
  'What a report is read from: a view of ops, or a function of it with these arguments by name. Errors: 404 not_found, '
  '422 invalid_input.';
revoke execute on function private.report_source(text, jsonb) from public;

create function ops_api.report(p_name text, p_args jsonb default '{}') returns setof jsonb
language plpgsql volatile security definer set search_path = '' as $$
begin
  perform private.require_operator(p_only_admin => not exists (
    select from private.reports() where report = p_name and is_for_support));
  if not exists (select from private.reports() where report = p_name) then
    perform private.refuse(404, 'not_found', format('There is no report %L.', p_name), 'name');
  end if;
  return query execute format('select to_jsonb(r) from %s r limit 1000', private.report_source(p_name, p_args));
end
$$;
comment on function ops_api.report(text, jsonb) is
  'Reads a report of the schema ops, at most 1,000 rows: stuck_jobs, lane_health, queue_metrics, cron_health, '
  'delivery_health, provider_health, publication_metrics, api_versions, health_report, health_report_text, counts, '
  'counts_by, rates, quarantine, faults, alerts, alert_rules, dead_letters; for admins also realtime_doctor, '
  'realtime_policies, setup_check, credit_drift. p_args: the arguments of the function of that name. Errors: '
  '403 not_an_operator, 404 not_found, 422 invalid_input.';
revoke execute on function ops_api.report(text, jsonb) from public;
grant execute on function ops_api.report(text, jsonb) to authenticated, service_role;
