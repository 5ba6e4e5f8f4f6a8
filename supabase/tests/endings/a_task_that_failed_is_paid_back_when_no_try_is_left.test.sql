begin;
select plan(16);

select tests.create_user('ana', 20);
select tests.enable_echo(1);
select tests.freeze('2030-01-01 00:00:00Z');
select tests.create_job('ana', 'one'), tests.submit('one', 't-1');
select tests.webhook('one', 'e-1', 'failed', p_external_id => 't-1');
select is(tests.ending('one'), 'processing, refund none, charge, slot free, no row', 'with the word the slot is free');
select isnt((tests.job('one')).deadline_at, null, 'a failure does not end the deadline');
select is(tests.fail_task('one', 'backoff'), 'retried', 'there are tries left');
select is(tests.ending('one', 1), 'pending, refund none, charge, slot free, no row', 'it waits again, and nothing is paid back');
select tests.later('10 minutes'), private.dispatch('echo');
select tests.submit('one', 't-2');
select is(tests.fail_task('one', 'backoff'), 'retried', 'and again');
select is(tests.ending('one', 2), 'pending, refund none, charge, slot free, no row', 'the slot is free without a webhook too');
select tests.later('10 minutes'), private.dispatch('echo');
select tests.submit('one', 't-3');
select is(tests.fail_task('one', 'backoff'), 'failed', 'there is none left');
select is(tests.ending('one'), 'failed, task_failed, refund paid, charge, refund (counted), slot free, no row',
  'it is paid back, and counted');
select is((tests.job('one')).failed_at_step, 'running', 'a failure inside the task is one of running');
select is(tests.fail_task('one', 'backoff'), 'duplicate', 'told again, nothing is done');
select is(tests.fail_task('one', 'backoff', 1), 'duplicate', 'nor of an older attempt');

select tests.create_job('ana', 'for good'), tests.submit('for good', 't-4');
select tests.webhook('for good', 'e-2', 'failed', p_external_id => 't-4');
select is(tests.fail_task('for good', 'never'), 'failed', 'a failure for good leaves none');
select is(tests.ending('for good'), 'failed, task_failed, refund paid, charge, refund (counted), slot free, no row', 'the same');
select is((tests.job('for good')).failed_at_step, 'running', 'even when a webhook told of it');
select is(tests.balance('ana'), 20, 'all is given back');
select is_empty('select * from tests.unrest()', 'and all has ended');

select * from finish();
rollback;
