begin;
select plan(2);

-- What cannot be planned without a way that is switched off is reckoned at ten billion, far above jit_above_cost.
create temporary table settings as
select p.oid::regprocedure::text as function, array(select split_part(c, '=', 1) from unnest(p.proconfig) c where c ~ '=off$') as off
from pg_proc p join pg_namespace n on n.oid = p.pronamespace where n.nspname in ('private', 'public', 'worker', 'ops', 'ops_api');

select is_empty(
  $$ select function from settings where exists (select from unnest(off) s where s like 'enable\_%') and not 'jit' = any (off) $$,
  'who switches a way of planning off switches compiling off');
select cmp_ok((select count(*) from settings where 'jit' = any (off)), '>', 70::bigint, 'there are such functions');

select * from finish();
rollback;
