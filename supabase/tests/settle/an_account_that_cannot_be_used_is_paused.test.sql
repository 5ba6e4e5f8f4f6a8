begin;
select plan(9);

select tests.create_user('ana');
select tests.enable_echo(1);
select ops.add_account('echo', 'second', 'tests_api_key', 0);
select tests.freeze('2030-01-01 00:00:00Z');
select tests.create_job('ana', 'one');
select private.set_capacity(tests.account_id('echo', 'second'), 1);

select is(tests.fail('one', 'pause'), 'retried', 'the job is tried again');
select results_eq(
  $$ select paused_until, pause_reason from private.accounts where account_id = tests.account_id('echo') $$,
  $$ values ('2030-01-01 00:15:00Z'::timestamptz, 'out_of_luck: It did not work.') $$,
  'the account rests for a quarter of an hour, and says why');
select is((tests.job('one')).retry_count, 0, 'no attempt is used up');
select is(tests.entry('one', 'queued') ->> 'retry_class', 'pause', 'its history says why it waits');
select is(tests.running(), '{one}', 'the job runs again at once');
select is((tests.attempt('one')).account_id, tests.account_id('echo', 'second'), 'on another account');

select tests.fail('one', 'pause', interval '1 hour');
select is((select paused_until from private.accounts where account_id = tests.account_id('echo', 'second')), '2030-01-01 01:00:00Z',
  'for as long as is asked for');
select is(tests.running(), '{}', 'when no account is left, it waits');
select tests.freeze('2030-01-01 00:15:00Z');
select is(private.dispatch('echo'), 1, 'for the first that can be used again');

select * from finish();
rollback;
