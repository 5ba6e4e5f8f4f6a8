begin;
select plan(3);

select is_empty(
  $$ select name from tests.tables where obj_description(oid, 'pg_class') is null $$,
  'a table''s comment says what a row is');
select is_empty(
  $$ select name from tests.tables where relkind in ('r', 'p') and not relrowsecurity $$,
  'every table has row level security, whoever is granted what');
select is_empty(
  $$ select t.name from tests.tables t join pg_class c using (oid)
     where t.relkind = 'v' and not coalesce(c.reloptions @> array['security_invoker=true'], false) $$,
  'a view shows nobody more than its tables do');

select * from finish();
rollback;
