-- pgmq.metrics counts as visible what was so when the transaction began: not what the tick itself has just sent.
begin;
select plan(2);

select tests.deploy();
select tests.create_user('ana');
select tests.enable_echo(1);
select tests.freeze('2030-01-01 00:00:00Z');
select tests.create_job('ana', 'one', p_run_at => '2030-01-01 01:00:00Z');
select tests.freeze('2030-01-01 01:00:00Z');
select is(private.tick(), 1, 'one lane is poked');
select results_eq(
  'select body from tests.pokes()', $$ values ('{"lane": "echo"}'::jsonb) $$,
  'so that nobody waits for the next tick');

select * from finish();
rollback;
