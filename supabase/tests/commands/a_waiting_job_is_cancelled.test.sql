-- @acceptance 004:57
begin;
select plan(12);

select tests.create_user('ana', 10);
select tests.enable_echo(0);
select tests.freeze('2030-01-01 00:00:00Z');
select tests.create_job('ana', 'waiting'), tests.create_job('ana', 'scheduled', p_run_at => '2030-01-01 01:00:00Z');
select tests.freeze('2030-01-01 00:00:07Z');

select is(tests.cancel('waiting'), 'cancelled', 'one that waits for a slot');
select is(tests.cancel('scheduled'), 'cancelled', 'one that waits for its time');
select is((tests.job('scheduled')).run_at, null, 'which does not come any more');
select is((tests.job('waiting')).completed_at, '2030-01-01 00:00:07Z', 'it has ended now');
select is(tests.steps('waiting'), '{insert,credits,queue_check,queued,cancelled}', 'as its history says');
select is(
  tests.entry('waiting', 'cancelled'), '{"at_step": "queued", "refund": "paid", "refunded": 1, "newBalance": 9}',
  'with the step it was at, and what was given back');
select is(tests.balance('ana'), 10, 'both are refunded');
select is_empty($$ select * from tests.messages('settle_queue') $$, 'no provider knows of them: none is asked to stop');

select is(tests.cancel('waiting'), 'cancelled', 'cancelling again');
select is(tests.balance('ana'), 10, 'pays no second refund');
select is(tests.steps('waiting'), '{insert,credits,queue_check,queued,cancelled}', 'and changes nothing');
select private.set_capacity(tests.account_id('echo'), 2);
select tests.freeze('2030-01-01 02:00:00Z');
select is(private.dispatch('echo'), 0, 'neither is ever dispatched');

select * from finish();
rollback;
