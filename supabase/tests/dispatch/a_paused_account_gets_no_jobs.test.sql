begin;
select plan(4);

select tests.create_user('ana');
select tests.enable_echo(1);
select ops.add_account('echo', 'second', 'tests_api_key', 1);
select tests.freeze('2026-01-01 00:00:00Z');
update private.accounts set paused_until = '2026-01-01 00:10:00Z', pause_reason = 'no balance' where account_id = tests.account_id('echo');

select tests.create_job('ana', 'one'), tests.create_job('ana', 'two');
select is(tests.running(), '{one}', 'its slots are not counted');
select is((tests.attempt('one')).account_id, tests.account_id('echo', 'second'), 'another account takes the job');
select tests.freeze('2026-01-01 00:10:00Z');
select is(private.dispatch('echo'), 1, 'when the pause is over, its slots are used again');
select is((tests.attempt('two')).account_id, tests.account_id('echo'), 'for the job that waited');

select * from finish();
rollback;
