begin;
select plan(6);

select tests.create_user('ana');
select tests.enable_echo(1);
select tests.freeze('2030-01-01 00:00:00Z');
select tests.create_job('ana', 'one');
select tests.fail('one', 'backoff', interval '30 minutes');
select is((tests.job('one')).run_at, '2030-01-01 00:30:00Z', 'longer than the backoff would be');

select tests.freeze('2030-01-01 00:30:00Z');
select private.dispatch('echo');
update private.lanes set backoff_base = '2 hours', backoff_max = '2 hours' where lane = 'echo';
select tests.fail('one', 'backoff', interval '1 microsecond');
select cmp_ok((tests.job('one')).run_at, '>', '2030-01-01 00:30:00.000001Z'::timestamptz, 'but not shorter');

select tests.create_job('ana', 'two');
select tests.fail('two', 'wait', interval '56 years');
select is((tests.job('two')).run_at, '2030-01-01 01:30:00Z', 'an hour at the most');
select tests.create_job('ana', 'three');
select tests.fail('three', 'wait', interval '-1 hour');
select is((tests.job('three')).dispatches, 2, 'and no less than nothing: it is off again at once');
select tests.complete('three');
select tests.create_job('ana', 'four');
select tests.fail('four', 'pause', interval '56 years');
select is((select paused_until from private.accounts where account_id = tests.account_id('echo')), '2030-01-02 00:30:00Z', 'an account rests for a day at the most');
select is((tests.job('four')).status, 'pending', 'and the job waits');

select * from finish();
rollback;
