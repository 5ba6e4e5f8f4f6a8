begin;
select plan(12);

select tests.create_user('ana', 10);
select tests.enable_echo(1);
select tests.freeze('2030-01-01 00:00:00Z');
select tests.create_job('ana', 'dispatched'), tests.create_job('ana', 'preparing'), tests.create_job('ana', 'next');
create temporary table tokens on commit drop as select * from tests.attempt('dispatched');

select is(tests.cancel('dispatched'), 'cancelled', 'a job that has a slot can be cancelled');
select is(tests.ending('dispatched'), 'cancelled, refund paid, charge, refund, slot free, no row',
  'dispatched: paid back, not counted, and nothing is left');
select is(tests.running(), '{preparing}', 'the next has the slot');
select is((tests.attempt('dispatched')).outcome, 'cancelled', 'the attempt has ended');
select is(worker.checkpoint(job_id, token, '{}'), false, 'the checkpoint refuses the worker that had it') from tokens;
select is((tests.attempt('dispatched')).submits, 0, 'nothing was counted as submitted');

update public.job_attempts set phase = 'preparing' where job_id = (tests.job('preparing')).id;
truncate tokens;
insert into tokens select * from tests.attempt('preparing');
select is(tests.cancel('preparing'), 'cancelled', 'so can one whose files are on their way');
select is(tests.ending('preparing'), 'cancelled, refund paid, charge, refund, slot free, no row', 'preparing: the same');
select is(worker.checkpoint(job_id, token, '{}', '{"resubmit": "idempotent"}'), false, 'its worker is refused too') from tokens;
select is(tests.running(), '{next}', 'and the next has the slot');
select tests.cancel('next');
select is(tests.balance('ana'), 10, 'all is given back');
select is_empty('select * from tests.unrest()', 'and all has ended');

select * from finish();
rollback;
