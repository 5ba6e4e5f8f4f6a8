-- '[]' is the column's default.
begin;
select plan(2);

select tests.create_user('ana');
select tests.enable_echo(0);
insert into public.jobs (user_id, tool, lane, ticket, idempotency_key) values (tests.user_id('ana'), 'echo', 'echo', 1, 'bare');

select lives_ok(
  $$ update public.jobs set step_history = step_history || private.step('insert', private.now()) where idempotency_key = 'bare' $$,
  'the first entry can be appended');
select is(tests.steps('bare'), '{insert}', 'and is');

select * from finish();
rollback;
