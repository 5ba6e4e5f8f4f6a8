begin;
select plan(22);

select tests.create_user('ana', 30);
select tests.enable_echo(4);
select ops.add_account('echo', 'other', 'tests_api_key', 1);
select tests.freeze('2030-01-01 00:00:00Z');
update private.accounts set paused_until = 'infinity', pause_reason = 'for a test' where name = 'other';
select tests.create_job('ana', 'dispatched'), tests.create_job('ana', 'preparing'), tests.create_job('ana', 'doubt'),
  tests.create_job('ana', 'runs'), tests.create_job('ana', 'waits');
update public.job_attempts set phase = 'preparing' where job_id = (tests.job('preparing')).id;
select tests.pass('doubt'), tests.submit('runs', 't-1');

select throws_ok($$ set local role authenticated; select ops.remove_account(1) $$, '42501', null, 'a user may not remove it');
select tests.refuses($$ select ops.remove_account(-1) $$, 404, 'account_not_found', null, 'one that is not there is refused');
select is(ops.remove_account(tests.account_id('echo')), 2, 'it tells how many tasks it still has');
select is(tests.ending('dispatched', 1), 'pending, refund none, charge, slot free, no row', 'dispatched: it waits again');
select is(tests.ending('preparing', 1), 'pending, refund none, charge, slot free, no row', 'preparing: it waits again');
select is((tests.job('dispatched')).attempt, 0, 'that was no attempt');
select is(tests.ending('doubt'), 'processing, refund none, charge, slot kept, no row', 'in doubt: it goes on');
select is(tests.ending('runs'), 'processing, refund none, charge, slot kept, no row', 'submitted: it goes on');
select is((select count(*) from private.slots where account_id = tests.account_id('echo') and not is_retiring), 0::bigint,
  'it has no slots for others');
select is(private.dispatch('echo'), 0, 'it starts nothing more');
select is((private.work_item(tests.job('runs'), tests.attempt('runs'))) #>> '{account,api_key}', 'the-api-key',
  'what runs has its key');
select ops.resume_account(tests.account_id('echo', 'other'));
select is((tests.attempt('dispatched')).account_id, tests.account_id('echo', 'other'), 'another account takes what waits');

select tests.complete('runs'), tests.cancel('doubt'), tests.let_time_pass('1 minute');
select is((select secret_name from private.accounts where account_id = tests.account_id('echo')), 'tests_api_key',
  'the key is kept while the outbox needs it');
select is((select i #>> '{account,api_key}' from worker.receive_cancels() i), 'the-api-key', 'and given to it');
select tests.over('doubt', 'stopped'), tests.let_time_pass('1 minute');
select is((select secret_name from private.accounts where account_id = tests.account_id('echo')), null, 'no longer than that');
select is((select count(*) from private.slots where account_id = tests.account_id('echo')), 0::bigint, 'no slot is left of it');
select is(ops.remove_account(tests.account_id('echo')), 0, 'removed again, nothing is done');

select is(ops.add_account('echo', 'tests', 'tests_api_key', 2), tests.account_id('echo'), 'it can be brought back by its name');
select is((select retired_at || coalesce(paused_until::text, '') from private.accounts where account_id = tests.account_id('echo')),
  null, 'neither retired nor paused');
select private.dispatch('echo');
select is(tests.running(), '{dispatched,preparing,waits}', 'and starts jobs again');
select is(tests.pass('preparing') and tests.pass('waits'), true, 'which can be submitted');
select is_empty('select * from ops.credit_drift()', 'nothing is wrong');

select * from finish();
rollback;
