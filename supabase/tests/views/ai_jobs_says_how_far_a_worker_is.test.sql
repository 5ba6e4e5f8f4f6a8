-- Document 000: PENDING → STARTED → PROCESSING → COMPLETED.
begin;
select plan(12);

select tests.create_user('ana');
select private.create_lane('outside', 'outside', 'pull');
select tests.enable_tool('training', 'outside'), tests.enable_echo(1);
select tests.create_job('ana', 'one', 'training'), tests.create_job('ana', 'two', 'training'), tests.create_job('ana', 'other');

create function pg_temp.status(p_key text) returns text language sql as
$$ select status from public.ai_jobs where id = (tests.job(p_key)).id $$;

select is(pg_temp.status('two'), 'PENDING', 'a job that waits is PENDING');
select is(pg_temp.status('one'), 'PENDING', 'one that has a slot but no worker as well');
select tests.submit('one', 'run-1');
select is(pg_temp.status('one'), 'STARTED', 'one that a worker has is STARTED');
select worker.progress(id, (tests.attempt('one')).token, 0::smallint) from tests.job('one');
select is(pg_temp.status('one'), 'STARTED', 'no progress is no progress');
select worker.progress(id, (tests.attempt('one')).token, 40::smallint) from tests.job('one');
select is(pg_temp.status('one'), 'PROCESSING', 'one that has made progress is PROCESSING');
select is((select progress from public.ai_jobs where id = (tests.job('one')).id), 40::smallint, 'and says how far it is');
select tests.webhook('one', 'event-1', p_external_id => 'run-1');
select is(pg_temp.status('one'), 'PROCESSING', 'so is one whose result is being stored');
select tests.complete('one');
select is(pg_temp.status('one'), 'COMPLETED', 'COMPLETED');
select private.dispatch('outside');
select tests.fail('two', 'never');
select is(pg_temp.status('two'), 'FAILED', 'FAILED');
select tests.create_job('ana', 'three', 'training');
select tests.cancel('three');
select is(pg_temp.status('three'), 'CANCELLED', 'CANCELLED');
select is(pg_temp.status('other'), null, 'jobs that the worker function submits are not here');
select is((select count(*) from public.ai_jobs), 3::bigint, 'all others are');

select * from finish();
rollback;
