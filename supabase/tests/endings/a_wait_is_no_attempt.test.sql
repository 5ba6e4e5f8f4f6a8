begin;
select plan(17);

select tests.create_user('ana', 20);
select tests.enable_echo(1);
select tests.freeze('2030-01-01 00:00:00Z');
select tests.create_job('ana', 'one'), tests.create_job('ana', 'next');
update private.lanes set backoff_base = '1 second', backoff_max = '1 second' where lane = 'echo';
update public.jobs set waits = 40000, dispatches = 40000 where id = (tests.job('one')).id;
update public.job_attempts set dispatch = 40000 where job_id = (tests.job('one')).id;
create temporary table was on commit drop as select * from tests.attempt('one');

select tests.pass('one'), tests.refuse_submit('one', 'wait');
select is((tests.job('one')).waits, 40001, 'the 40,001st wait');
select is((tests.job('one')).attempt, 0, 'is no attempt');
select is((tests.job('one')).retry_count, 0, 'and no retry');
select tests.later('2 seconds'), tests.cancel('next'), private.dispatch('echo');
select is((tests.job('one')).dispatches, 40001, 'the next dispatch is another');
select is((tests.attempt('one')).dispatch, 40001, 'with a number');
select isnt((tests.attempt('one')).token, token, 'and a token of its own') from was;
select is((tests.job('one')).attempt, 1, 'for the first attempt');
select is((select count(*) from public.job_attempts where job_id = (tests.job('one')).id), 1::bigint, 'of which there is one row');

-- Whoever comes from an earlier dispatch
select is((select array_agg((item #>> '{attempt,dispatch}')::integer) from worker.receive('echo')), '{40001}',
  'messages of earlier dispatches point at nothing');
select is((select count(*) from tests.archived('echo_queue')), 2::bigint, 'and are put away, with that of the job that was cancelled');
select is(worker.checkpoint(job_id, token, '{}'), false, 'its token does not pass the checkpoint') from was;
select tests.refuses(format('select worker.submitted(%L, %L, ''t-0'', null)', job_id, token), 409, 'stale_token', null,
  'nor is anything else heard of it') from was;
select tests.refuses(format('select worker.attempt_failed(%L, %L, ''wait'', ''busy'', ''Busy.'')', job_id, token), 409, 'stale_token', null,
  'not a failure') from was;
select is(worker.webhook('echo', 'e-0', job_id, token, 'token', '{}', '{}', 'succeeded') ->> 'verdict', 'unknown', 'not a webhook') from was;

-- An attempt that may have had a task is one
select tests.pass('one'), tests.submit('one', 't-1'), tests.fail_task('one', 'backoff'), tests.later('1 minute'), private.dispatch('echo');
select is((tests.job('one')).attempt, 2, 'a task that failed was an attempt');
select is((tests.job('one')).waits, 0, 'and ends the waits in a row');
select tests.cancel('one');
select is_empty('select * from tests.unrest()', 'all has ended');

select * from finish();
rollback;
