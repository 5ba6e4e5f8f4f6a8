begin;
select plan(2);

-- The second attempt has begun while the task of the first lived; then the job was cancelled, and both are in the outbox.
select tests.create_user('ana', 50);
select tests.enable_echo(2);
select tests.freeze('2030-01-01 00:00:00Z');
select tests.create_job('ana', 'again'), tests.submit('again', 't-1'), tests.fail_task('again', 'backoff'), tests.later('1 hour');
select private.dispatch('echo');
select tests.submit('again', 't-2'), tests.cancel('again');
select is_empty('select * from ops.credit_drift()', 'while all is right it finds nothing');
select private.leave_cancel(tests.job('again'), tests.attempt('again', 1), 'cancelled', private.now());
update private.slots set token = (tests.attempt('again', 1)).token, job_id = (tests.job('again')).id where lane = 'echo' and token is null;
select is((select string_agg(problem, ' | ') from ops.credit_drift()), 'an attempt has begun while the task of another may be alive',
  'two tasks of one job may be alive');

select * from finish();
rollback;
