begin;
select plan(8);

select tests.create_user('ana');
select tests.enable_echo(1);
update public.tools set max_attempts = 1 where tool = 'echo';
update private.lanes set backoff_base = '20 seconds' where lane = 'echo';
select tests.freeze('2030-01-01 00:00:00Z');
select tests.create_job('ana', 'one');

select is(
  tests.fail('one', 'wait', interval '42 seconds'), 'retried',
  'it is tried again, though only one attempt is allowed');
select is((tests.job('one')).run_at, '2030-01-01 00:00:42Z', 'after exactly the time that the provider asked for');
select is((tests.job('one')).retry_count, 0, 'no attempt is used up');
select is((tests.attempt('one')).outcome, 'waited', 'the attempt has waited');
select is(tests.entry('one', 'queued') ->> 'retry_class', 'wait', 'and so says the history');

select tests.freeze('2030-01-01 00:00:42Z');
select private.dispatch('echo');
select is((tests.job('one')).attempt, 1, 'it is its first attempt still');
select is(tests.fail('one', 'wait'), 'retried', 'and may wait again');
select is((tests.job('one')).run_at between '2030-01-01 00:00:52Z' and '2030-01-01 00:01:12Z', true,
  'between half the base and one and a half, when the provider names no time');

select * from finish();
rollback;
