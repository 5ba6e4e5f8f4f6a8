begin;
select plan(7);

select tests.create_user('ana');
select tests.enable_pull(1);
select tests.freeze('2030-01-01 00:00:00Z');
select tests.create_job('ana', 'one');
select tests.claim('w1');
select tests.freeze('2030-01-01 00:02:00Z');
select is(worker.reap() -> 'leases_ended', '0', 'not before the lease has ended');
select tests.freeze('2030-01-01 00:02:01Z');
select is(worker.reap() -> 'leases_ended', '1', 'then it is');
select is((tests.attempt('one', 1)).outcome, 'retried', 'the attempt is over');
select is((tests.job('one')).current_step, 'starting', 'the job has a slot again and waits for a claim');
select is(worker.reap() -> 'leases_ended', '0', 'once');
select is(tests.claim('w2'), '{one}', 'and whoever comes next');
select is((tests.attempt('one')).attempt, 2, 'has an attempt of their own');

select * from finish();
rollback;
