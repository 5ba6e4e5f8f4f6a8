-- @acceptance 003:301
begin;
select plan(8);

select tests.create_user('ana');
select tests.enable_echo(2);
create temporary table created as select * from public.create_jobs(tests.user_id('ana'), '[
  {"tool": "echo", "input": {"n": 1}, "idempotency_key": "one"},
  {"tool": "echo", "input": {"n": 2}, "idempotency_key": "two", "metadata": {"project": "p"}},
  {"tool": "echo", "input": {"n": 3}, "idempotency_key": "later", "run_at": "2100-01-01T00:00:00Z"},
  {"tool": "echo", "input": {"n": 4}, "idempotency_key": "urgent", "priority": 5},
  {"tool": "echo", "input": {"n": 5}, "idempotency_key": "five"}]') with ordinality;

select results_eq(
  'select idempotency_key from created order by ordinality', array['one', 'two', 'later', 'urgent', 'five'],
  'it answers in the order asked for');
select results_eq(
  'select (input ->> ''n'')::integer from created order by ordinality', 'select * from generate_series(1, 5)',
  'each job with its input');
select results_eq(
  'select ticket from created where priority = 0 order by ordinality', array[1, 2, 3, 4]::bigint[], 'and its place in line');
select is((tests.job('two')).metadata, '{"project": "p"}', 'what was said about one is kept with it');
select is((tests.job('later')).run_at, '2100-01-01 00:00:00Z', 'also that it is for later');
select is(tests.running(), '{one,urgent}', 'the free slots go to the whole batch''s first, not to the first created');
select results_eq(
  'select status from created order by ordinality',
  'select (tests.job(idempotency_key)).status from created order by ordinality',
  'the answer shows what has started');
select is(tests.balance('ana'), 95, 'all are paid for');

select * from finish();
rollback;
