begin;
select plan(1);

select is_empty(
  $$ select signature from tests.functions where obj_description(oid, 'pg_proc') is null $$,
  'a function''s comment says what it does, takes, returns and raises');

select * from finish();
rollback;
