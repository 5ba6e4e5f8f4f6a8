begin;
select plan(14);

select tests.create_user('ana', 50);
select tests.enable_echo(20);
update private.lanes set max_refunds_per_user = 6, backoff_base = '1 second', backoff_max = '1 second' where lane = 'echo';
select tests.freeze('2030-01-01 00:00:00Z');
create function pg_temp.job(p_key text) returns void language plpgsql as $$
begin
  perform tests.create_job('ana', p_key), tests.submit(p_key, 't-' || p_key);
end
$$;
select tests.create_job('ana', 'early'), tests.cancel('early');
select is(tests.is_counted('early'), false, 'a cancel before any submit is not counted');
select tests.create_job('ana', 'refused'), tests.pass('refused'), tests.refuse_submit('refused', 'never');
select is(tests.is_counted('refused'), false, 'nor a submit that was refused');
select tests.create_job('ana', 'never'), tests.pass('never'), tests.cancel('never'), tests.over('never', 'never_existed');
select is(tests.is_counted('never'), false, 'nor a task that never was');

select pg_temp.job('cancel'), tests.cancel('cancel'), tests.over('cancel', 'stopped');
select is(tests.is_counted('cancel'), true, 'a cancel after it is');
select pg_temp.job('failed'), tests.fail_task('failed', 'never');
select is(tests.is_counted('failed'), true, 'and a failure');
select pg_temp.job('oversize'), tests.produce('oversize'), tests.refuse_output('oversize');
select is(tests.is_counted('oversize'), true, 'and a result that is too large');
select pg_temp.job('deadline'), tests.later('30 minutes');
select worker.deadline_passed((tests.job('deadline')).id, (tests.attempt('deadline')).token, null);
select is(tests.is_counted('deadline'), true, 'and a deadline');
select pg_temp.job('copy'), tests.produce('copy'), tests.refuse_output('copy', 'output_unavailable');
select is(tests.is_counted('copy'), true, 'and a copy that failed');

-- A try has failed before: the provider may have worked for it, whatever comes of the next
select pg_temp.job('twice'), tests.fail_task('twice', 'backoff'), tests.later('1 minute'), private.dispatch('echo');
select tests.pass('twice'), tests.cancel('twice'), tests.over('twice', 'never_existed');
select is(tests.ending('twice', 2), 'cancelled, refund paid, charge, refund (counted), slot free, closed row: never_existed',
  'and one whose second task never was, after a first that failed');

select tests.refuses($$ select tests.create_job('ana', 'one too many') $$, 429, 'too_many_refunds',
  tests.limited(6, '2030-01-02 00:00Z'), 'past the limit creates are refused, and it is said for how long');
update private.lanes set max_refunds_per_user = 7 where lane = 'echo';
select pg_temp.job('last');
update private.lanes set max_refunds_per_user = 6 where lane = 'echo';
select is(tests.cancel('last'), 'cancelled', 'cancels never are');
select is(tests.over('last', 'stopped'), true, 'nor is what they give back');
select tests.later('1 day');
select lives_ok($$ select tests.create_job('ana', 'a day later') $$, 'and creates are refused for a time');
select is_empty('select * from ops.credit_drift()', 'nothing is wrong');

select * from finish();
rollback;
