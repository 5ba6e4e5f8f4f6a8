begin;
select plan(20);

select tests.create_user('ana', 100);
select tests.enable_echo(0);
select tests.create_job('ana', k) from unnest(array['bad', 'worse', 'one', 'two', 'three']) k;
update public.jobs set attempt = 2147483647 where idempotency_key = 'bad';
update public.jobs set dispatches = 2147483647 where idempotency_key = 'worse';
select private.set_capacity(tests.account_id('echo'), 2);
select is(private.dispatch('echo'), 2, 'two slots are given away, though the first two in line cannot start');
select is(tests.running(), '{one,two}', 'to those after them');
select results_eq(
  $$ select idempotency_key, q.part, q.lane, q.sqlstate, q.error, q.status from ops.quarantine q join public.jobs j on j.id = q.job_id order by 1 $$,
  $$ values ('bad', 'dispatch', 'echo', '22003', 'integer out of range', 'pending'::public.job_status),
    ('worse', 'dispatch', 'echo', '22003', 'integer out of range', 'pending') $$,
  'they are set aside, with the error');
select is((select count from ops.counts() where name = 'jobs quarantined'), 2::bigint, 'it is counted');
select private.alerts_tick();
select isnt_empty($$ select from ops.alerts where rule = 'A job was set aside' and closed_at is null $$, 'and alerted');
select is_empty('select * from private.faults', 'it is no fault of the lane');

-- What frees the slot is not rolled back for what cannot start.
select tests.create_job('ana', 'four');
update public.jobs set attempt = 2147483647 where idempotency_key = 'three';
select is(tests.complete('one'), 'completed', 'a job completes though the next one cannot start');
select is(tests.running(), '{four,two}', 'the one after it does');
select is(array(select idempotency_key from public.jobs where status = 'pending' order by id), '{bad,worse,three}', 'those set aside wait');

-- Mended and released, refunded.
update public.jobs set attempt = 0 where idempotency_key in ('bad', 'three');
select private.set_capacity(tests.account_id('echo'), 10);
select is(private.dispatch('echo'), 0, 'a job that is set aside is not dispatched by itself');
select is(ops.release((tests.job('bad')).id), 1, 'an operator releases one');
select is((tests.job('bad')).status, 'processing', 'it starts');
select is(ops.refund((tests.job('worse')).id), 'paid', 'or pays it back');
select is(tests.ending('worse'), 'failed, internal_error, refund paid, charge, refund, slot free, no row', 'which ends it, not counted among its user''s refunds');
select is(ops.release(), 1, 'or releases all that there is');
select tests.refuses($$ select ops.refund((tests.job('four')).id) $$, 404, 'not_found', 'job_id', 'a job that is not set aside is no such matter');

-- A lane in which nothing can start: no job is to blame.
select tests.enable_tool('gone', 'gone', 2);
select pgmq.drop_queue('gone_queue');
select is_empty('select * from ops.quarantine', 'nobody is set aside');
select private.set_capacity(tests.account_id('gone'), 0);
select tests.create_job('ana', 'five', 'gone'), private.set_capacity(tests.account_id('gone'), 2);
select is(private.dispatch('gone'), 0, 'nothing starts in a lane whose queue is gone');
select is((select part || ' ' || lane || ' ' || fails_now from ops.faults), 'dispatch gone true', 'it is told as a fault of the lane');
select is_empty('select * from ops.quarantine', 'and of no job');

select * from finish();
rollback;
