begin;
select plan(3);

select tests.create_user('ana');
select tests.enable_echo(0);
select tests.create_job('ana', 'one');

select throws_ok(
  $$ update public.jobs set step_history = jsonb_set(step_history, '{0,step}', '"upload"') where idempotency_key = 'one' $$,
  '23514', null, 'the first entry is not changed');
select throws_ok(
  $$ update public.jobs set step_history = jsonb_set(step_history, '{1,cost}', '0') || private.step('running', private.now())
     where idempotency_key = 'one' $$,
  '23514', null, 'nor one in the middle, while another is appended');
select is(tests.entry('one', 'credits') ->> 'cost', '1', 'what was written stays');

select * from finish();
rollback;
