begin;
select plan(27);
select is_empty(
  $$ select signature from tests.functions join pg_proc using (oid)
     where schema_name = 'ops_api' and (prosrc !~ 'private\.require_operator\(' or not prosecdef) $$,
  'whatever the Data API shows to operators asks first whether one calls');
select is_empty(
  $$ select signature from tests.functions join pg_proc using (oid)
     where schema_name = 'ops_api'
       -- The type of a variable is no deed.
       and regexp_replace(substring(prosrc from '^(.*?)private\.require_operator'), '\n +v_\w+ [a-z_.]+(\[\])?;', '', 'g')
         ~ '(insert|update|delete) |public\.|ops\.' $$,
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
create temporary table names on commit drop as select report from private.reports();
grant select on names to public;
select is((select count(*) from names), 22::bigint, 'these are all');
select tests.as_admin();
select is(pg_temp.read(report), 'read', report || ' is read') from names;
select tests.reset();
select * from finish();
rollback;
