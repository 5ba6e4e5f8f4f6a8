begin;
select plan(2);

select tests.create_user('ana');
select tests.enable_echo(1);
select tests.freeze('2030-01-01 00:00:00Z');
select tests.create_job('ana', 'one');
select tests.fail('one', 'backoff', interval '3 hours');
select is((tests.job('one')).run_at, '2030-01-01 03:00:00Z', 'longer than the backoff would be');

select tests.freeze('2030-01-01 03:00:00Z');
select private.dispatch('echo');
update private.lanes set backoff_base = '100 days', backoff_max = '100 days' where lane = 'echo';
select tests.fail('one', 'backoff', interval '1 microsecond');
select cmp_ok((tests.job('one')).run_at, '>', '2030-01-01 03:00:00.000001Z'::timestamptz, 'but not shorter');

select * from finish();
rollback;
