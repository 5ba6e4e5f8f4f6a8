begin;
select plan(4);

select tests.create_user('ana');
select tests.enable_echo(0);
select tests.create_job('ana', 'job-' || n) from generate_series(1, 3) n;
select is(private.dispatch('echo'), 0, 'no slot, none');
select private.set_capacity(tests.account_id('echo'), 5);
select is(private.dispatch('echo'), 3, 'all that wait');
select is(private.dispatch('echo'), 0, 'nobody waits, none');
select is(private.dispatch('nowhere'), 0, 'nor in a lane that is not there');

select * from finish();
rollback;
