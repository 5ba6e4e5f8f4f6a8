begin;
select plan(6);

select tests.create_user('ana');
select tests.enable_echo(0);
select tests.create_job('ana', 'one');

create function pg_temp.history(p_expression text) returns text language sql as $$
  select format('update public.jobs set step_history = %s where idempotency_key = %L', p_expression, 'one')
$$;
create function pg_temp.refusal() returns text language sql as $$
  select format('the history of job %s is only appended to', (tests.job('one')).id)
$$;
select throws_ok(pg_temp.history($$ step_history - -1 $$), '23514', pg_temp.refusal(), 'the last entry does not go');
select throws_ok(pg_temp.history($$ '[]' $$), '23514', pg_temp.refusal(), 'nor do all');
select throws_ok(
  pg_temp.history($$ jsonb_set(step_history, '{-1,position}', '99') $$), '23514', pg_temp.refusal(),
  'the last entry is not changed');
select throws_ok(
  pg_temp.history($$ private.step('running', private.now()) || step_history $$), '23514', pg_temp.refusal(),
  'nothing is put before the rest');
select lives_ok(
  pg_temp.history($$ step_history || private.step('running', private.now()) $$),
  'an entry can be appended');
select is(tests.steps('one'), '{insert,credits,queue_check,queued,running}', 'and is');

select * from finish();
rollback;
