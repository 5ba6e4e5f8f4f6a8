begin;
select plan(14);

select tests.create_user('ana', 10);
select tests.enable_pull(1);
select tests.freeze('2030-01-01 00:00:00Z');
create function pg_temp.status(p_key text) returns text language sql as $$
  select private.ai_job_status(j.status, j.current_step, j.progress) from tests.job(p_key) j
$$;
select tests.create_job('ana', 'one'), tests.create_job('ana', 'two');
select is(pg_temp.status('two'), 'PENDING', 'waiting for a slot');
select is(pg_temp.status('one'), 'PENDING', 'having one, with nobody at work');
select tests.claim();
select is(pg_temp.status('one'), 'STARTED', 'claimed');
select tests.beat('one', p_progress => 0);
select is(pg_temp.status('one'), 'STARTED', 'nothing is done yet');
select tests.beat('one', p_progress => 1);
select is(pg_temp.status('one'), 'PROCESSING', 'something is');
select tests.freeze('2030-01-01 01:00:00Z');
select private.end_expired_leases('echo');
select is(pg_temp.status('one'), 'PENDING', 'its worker is gone');
select tests.claim();
select is(pg_temp.status('one'), 'STARTED', 'another has it');
select tests.complete('one');
select is(pg_temp.status('one'), 'COMPLETED', 'it is done');
select tests.claim(), tests.fail('two', 'never');
select is(pg_temp.status('two'), 'FAILED', 'it has failed');
select tests.create_job('ana', 'three'), tests.cancel('three');
select is(pg_temp.status('three'), 'CANCELLED', 'it is not wanted any more');

select is(private.ai_job_status('processing', 'running', null), 'STARTED', 'a provider has it');
select is(private.ai_job_status('processing', 'webhook_received', null), 'PROCESSING', 'and is done with it');
select is(private.ai_job_status('pending', 'queued', null), 'PENDING', 'a retry waits');
select is(
  (select count(distinct private.ai_job_status(s, 'running', null)) from unnest(enum_range(null::public.job_status)) s), 5::bigint,
  'every status has a word of its own');

select * from finish();
rollback;
