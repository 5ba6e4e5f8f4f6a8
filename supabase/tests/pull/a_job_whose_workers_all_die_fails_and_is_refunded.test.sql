begin;
select plan(9);

select tests.create_user('ana', 10);
select tests.enable_pull(1);
update public.tools set max_attempts = 2 where tool = 'echo';
select tests.freeze('2030-01-01 00:00:00Z');
select tests.create_job('ana', 'one'), tests.create_job('ana', 'two');
select tests.claim('w1');
select tests.freeze('2030-01-01 00:03:00Z');
select tests.claim('w2');
select tests.beat('one', p_progress => 1);
select tests.freeze('2030-01-01 00:06:00Z');
select is(tests.claim('w3'), '{two}', 'no attempt is left: the slot goes to the next job');
select is((tests.job('one')).status, 'failed', 'the job has failed');
select is((tests.job('one')).error_code, 'lease_expired', 'and says why');
select is((tests.job('one')).failed_at_step, 'running', 'and where');
select is((tests.attempt('one')).outcome, 'failed', 'so has its attempt');
select is(tests.balance('ana'), 9, 'it is refunded');
select is((select error_code from ops.dead_letters), 'lease_expired', 'there is a dead letter');
select is(tests.complete('one', 1), 'late', 'a result that comes now is kept and not applied');
select is_empty('select * from ops.credit_drift()', 'the ledger is right');

select * from finish();
rollback;
