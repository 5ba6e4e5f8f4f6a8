begin;
select plan(11);

select tests.create_user('ana');
select tests.enable_echo(1);
select ops.add_account('echo', 'other', 'tests_api_key', 1);
select tests.freeze('2030-01-01 00:00:00Z');
create function pg_temp.pause() returns text language sql as $$
  select concat_ws(', ', paused_until at time zone 'UTC', pause_reason) from private.accounts where account_id = tests.account_id('echo')
$$;
create function pg_temp.resume() returns integer language sql as $$ select ops.resume_account(tests.account_id('echo')) $$;

select ops.pause_account(tests.account_id('echo'), 'its key has expired');
select is(pg_temp.pause(), 'infinity, its key has expired', 'with a reason, for as long as it takes');
select tests.create_job('ana', 'one'), tests.create_job('ana', 'two');
select is((tests.attempt('one')).account_id, tests.account_id('echo', 'other'), 'other accounts of the lane go on');
select is((tests.job('two')).status, 'pending', 'its own slots stay empty');
select is(pg_temp.resume(), 1, 'resuming it starts what has waited');
select is((tests.attempt('two')).account_id, tests.account_id('echo'), 'on the account');
select is(pg_temp.pause(), '', 'no reason is left behind');

select ops.pause_account(tests.account_id('echo'), 'a deploy', '10 minutes');
select is(pg_temp.pause(), '2030-01-01 00:10:00, a deploy', 'or for a time');
select is(tests.complete('two'), 'completed', 'what runs goes on');
select tests.violates($$ select ops.pause_account(tests.account_id('echo'), null) $$, 'a_pause_has_a_reason');
select tests.refuses('select ops.pause_account(0, ''x'')', 404, 'account_not_found', null, 'an account must be there to be paused');
select tests.refuses('select ops.resume_account(0)', 404, 'account_not_found', null, 'or resumed');

select * from finish();
rollback;
