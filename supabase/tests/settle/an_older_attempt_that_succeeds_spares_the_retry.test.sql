begin;
select plan(4);

select tests.create_user('ana');
select tests.enable_echo(1);
select tests.freeze('2030-01-01 00:00:00Z');
select tests.create_job('ana', 'one');
select tests.fail('one', 'backoff', interval '1 hour');
select is((tests.job('one')).run_at, '2030-01-01 01:00:00Z', 'a job waits for its retry');
select is(tests.complete('one', 1), 'completed', 'then the attempt that had failed succeeds');
select is((tests.job('one')).run_at, null, 'nothing is waited for any more');
select tests.freeze('2030-01-01 02:00:00Z');
select is(private.dispatch('echo'), 0, 'and nothing tried again');

select * from finish();
rollback;
