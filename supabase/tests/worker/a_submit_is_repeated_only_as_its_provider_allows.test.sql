begin;
select plan(16);

select tests.create_user('ana');
select tests.enable_echo(3);
update private.lanes set lease = '2 minutes' where lane = 'echo';
select tests.freeze('2030-01-01 00:00:00Z');
select tests.create_job('ana', key) from unnest(array['once', 'again', 'perhaps']) key;
create function pg_temp.nones(p_key text) returns integer language sql as $$
  select worker.none_found((tests.job(p_key)).id, (tests.attempt(p_key)).token)
$$;

select is(tests.pass('once', 'reconcile_only'), true, 'one worker passes');
select is(tests.pass('once', 'reconcile_only'), false, 'and no second one');
select is(tests.pass('again', 'idempotent'), true, 'where a repetition makes no second task, one passes too');
select is(tests.pass('again', 'idempotent'), false, 'and no second one while it may be at it');
select is(tests.pass('perhaps', 'at_least_once'), true, 'where it might, also');
select is(pg_temp.nones('perhaps'), 0, 'that its task cannot be found means nothing while a submit may be under way');
select tests.freeze('2030-01-01 00:02:30.001Z');
select is(tests.pass('once', 'reconcile_only'), false, 'when its lease is over, it is not repeated');
select is(tests.pass('again', 'idempotent'), true, 'or it is');
select is((tests.attempt('again')).submits, 2, 'and counted');
select is(pg_temp.nones('perhaps'), 1, 'its task is looked for');
select is(pg_temp.nones('perhaps'), 1, 'once a minute');
select is(tests.pass('perhaps', 'at_least_once'), false, 'once is not enough');
select tests.freeze('2030-01-01 00:03:30.001Z');
select is(pg_temp.nones('perhaps'), 2, 'and again');
select is(tests.pass('perhaps', 'at_least_once'), true, 'then it is repeated');
select is((tests.attempt('perhaps')).nones, 0, 'and all begins anew');
update public.job_attempts set submits = 3, nones = 9, submit_until = '2030-01-01 00:00:00Z' where job_id = (tests.job('perhaps')).id;
select is(tests.pass('perhaps', 'at_least_once'), false, 'twice, and then no more');

select * from finish();
rollback;
