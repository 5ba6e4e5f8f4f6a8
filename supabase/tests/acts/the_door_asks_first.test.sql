begin;
select plan(4);
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
       select from pg_proc where pronamespace = 'ops'::regnamespace and proname = report)
       and report not in ('stuck_jobs', 'lane_health', 'queue_metrics', 'cron_health', 'provider_health', 'health_report', 'counts_by', 'realtime_doctor', 'setup_check') $$,
  'what can be read is there');
select * from finish();
rollback;
