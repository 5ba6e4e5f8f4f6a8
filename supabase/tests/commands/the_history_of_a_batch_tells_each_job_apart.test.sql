begin;
select plan(6);

select tests.create_user('ana', 10), tests.create_user('bo');
select tests.enable_echo(1);
update public.tools set credit_cost = 2 where tool = 'echo';
select tests.create_job('bo', 'running'), tests.create_job('bo', 'waiting');
select tests.create_job('bo', 'much later', p_priority => 9, p_run_at => '2100-01-01'); -- in nobody's way
select public.create_jobs(tests.user_id('ana'), '[
  {"tool": "echo", "input": {}, "idempotency_key": "one"},
  {"tool": "echo", "input": {}, "idempotency_key": "later", "run_at": "2100-01-01T00:00:00Z"},
  {"tool": "echo", "input": {}, "idempotency_key": "two"},
  {"tool": "echo", "input": {}, "idempotency_key": "urgent", "priority": 5}]');
select is(tests.steps('two'), '{insert,credits,queue_check,queued}', 'each job has the steps of a single one');
select results_eq(
  $$ select tests.entry(key, 'credits') from unnest(array['one', 'later', 'two', 'urgent']) key $$,
  $$ select jsonb_build_object('cost', 2, 'newBalance', balance) from unnest(array[8, 6, 4, 2]) balance $$,
  'what it left of the balance');
select results_eq(
  $$ select (tests.entry(key, 'queued') ->> 'position')::integer from unnest(array['one', 'two', 'urgent']) key $$, array[3, 4, 1],
  'and the place in line that it took');
select results_eq(
  $$ select public.queue_position((tests.job(key)).id) ->> 'position' from unnest(array['one', 'two', 'urgent']) key $$,
  $$ select tests.entry(key, 'queued') ->> 'position' from unnest(array['one', 'two', 'urgent']) key $$, 'which is where it stands');
select is(tests.entry('later', 'queued') ->> 'run_at', '2100-01-01T00:00:00+00:00', 'or the time that it waits for');
select results_eq(
  $$ select balance_after from public.credit_entries where user_id = tests.user_id('ana') and kind = 'charge' order by entry_id $$,
  array[8, 6, 4, 2]::bigint[], 'the statement says the same');

select * from finish();
rollback;
