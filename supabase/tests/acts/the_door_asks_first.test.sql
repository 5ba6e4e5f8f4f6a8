begin;
select plan(27);
select is_empty(
  $$ select signature from tests.functions join pg_proc using (oid)
     where schema_name = 'ops_api' and (prosrc !~ 'private\.require_operator\(' or not prosecdef) $$,
  'whatever the Data API shows to operators asks first whether one calls');
select is_empty(
  $$ select signature from tests.functions join pg_proc using (oid)
     where schema_name = 'ops_api' and substring(prosrc from '^(.*?)private\.require_operator') ~ '(insert|update|delete) |public\.|ops\.' $$,
  'and does nothing before');
select is_empty($$ select c.oid::regclass from pg_class c where relnamespace = 'ops_api'::regnamespace $$, 'there are no tables in it');
select is_empty(
  $$ select report from private.reports()
     where to_regclass('ops.' || report) is null and not exists (
       select from pg_proc where pronamespace = 'ops'::regnamespace and proname = report) $$,
  'what can be read is there');
create function pg_temp.read(p_report text) returns text language plpgsql as $$
begin
  perform ops_api.report(p_report, case p_report when 'counts_by' then '{"p_dimension": "lane"}'::jsonb else '{}' end);
  return 'read';
exception when others then return sqlerrm;
end
$$;
select tests.as_admin();
select ops_api.me();
select is(pg_temp.read(report), 'read', report || ' is read') from unnest(array['stuck_jobs', 'lane_health', 'queue_metrics', 'cron_health', 'delivery_health',
  'provider_health', 'publication_metrics', 'api_versions', 'health_report', 'health_report_text', 'counts', 'counts_by', 'rates', 'quarantine', 'faults',
  'alerts', 'alert_rules', 'dead_letters', 'realtime_doctor', 'realtime_policies', 'setup_check', 'credit_drift']) report;
select tests.reset();
select is((select count(*) from private.reports()), 22::bigint, 'these are all');
select * from finish();
rollback;
