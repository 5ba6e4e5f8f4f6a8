begin;
select plan(4);

select tests.create_user('ana');
select tests.enable_echo(1);
select tests.freeze('2026-01-01 00:00:00Z');
update private.lanes set paused_until = '2026-01-01 00:10:00Z', pause_reason = 'maintenance' where lane = 'echo';
select tests.create_job('ana', 'one');
select is((tests.job('one')).status, 'pending', 'a job is taken in, and waits');

select tests.freeze('2026-01-01 00:09:59Z');
select is(private.dispatch('echo'), 0, 'until the pause is over');
select tests.freeze('2026-01-01 00:10:00Z');
select is(private.dispatch('echo'), 1, 'and no longer');
select is(tests.running(), '{one}', 'then it runs');

select * from finish();
rollback;
