-- @acceptance 004:51
begin;
select plan(4);

select tests.create_user('ana'), tests.create_user('bo');
select tests.enable_echo(0);
select tests.create_job('ana', 'ana-' || n) from generate_series(1, 5) n;
select tests.create_job('bo', 'bo-' || n) from generate_series(1, 2) n;

select private.set_capacity(tests.account_id('echo'), 1);
create temporary table served as select name, place from unnest(tests.serve('echo')) with ordinality s (name, place);
-- Jobs of the same ticket go in the order of their ids, which in the same millisecond is chance.
select set_eq(
  $$ select name from served where place <= 2 $$, array['ana-1', 'bo-1'],
  'each user''s first job comes before anybody''s second');
select set_eq(
  $$ select name from served where place between 3 and 4 $$, array['ana-2', 'bo-2'],
  'each second before any third');
select results_eq(
  $$ select name from served where place > 4 order by place $$, array['ana-3', 'ana-4', 'ana-5'],
  'who waits alone goes on in order');
select results_eq(
  $$ select name from served where name like 'ana%' order by place $$,
  array['ana-1', 'ana-2', 'ana-3', 'ana-4', 'ana-5'],
  'nobody overtakes themselves');

select * from finish();
rollback;
