begin;
select plan(26);

select tests.create_user('ana', 30);
select tests.enable_echo(7);
select tests.freeze('2030-01-01 00:00:00Z');
create function pg_temp.job(p_key text, p_id text default null) returns void language plpgsql as $$
begin
  perform tests.create_job('ana', p_key);
  if p_id is null then perform tests.pass(p_key); else perform tests.submit(p_key, p_id); end if;
end
$$;
select tests.create_job('ana', 'dispatched'), pg_temp.job('doubt'), pg_temp.job('refused'), pg_temp.job('known', 't-1'),
  pg_temp.job('webhook', 't-2'), pg_temp.job('settled', 't-3'), pg_temp.job('produced', 't-4');
select tests.produce('produced'), tests.create_job('ana', 'cancelled'), tests.create_job('ana', 'pending');
select tests.submit('cancelled', 't-5'), tests.cancel('cancelled');
create temporary table was on commit drop as
select j.idempotency_key as key, a.* from public.jobs j left join public.job_attempts a on a.job_id = j.id;
create function pg_temp.trace(p_key text) returns text language sql as $$
  select tests.trace(job_id, token) from was where key = p_key
$$;

select lives_ok($$ delete from auth.users where id = tests.user_id('ana') $$, 'the user is deleted');
select is((select count(*) from public.jobs), 0::bigint, 'the jobs are gone');
select is(pg_temp.trace('dispatched'), 'charge, slot free, no row', 'what was not submitted has no slot');
select is(pg_temp.trace('produced'), 'charge, slot free, no row', 'nor has what is done');
select is(pg_temp.trace('doubt'), 'charge, slot kept, open row: user_deleted', 'what is in doubt keeps it');
select is(pg_temp.trace('known'), 'charge, slot kept, open row: user_deleted', 'so does what has a task');
select is(pg_temp.trace('cancelled'), 'charge, slot kept, open row: cancelled', 'and what was cancelled before');
select is((select count(*) from public.credit_entries join private.tombstones on tombstone_id = user_id), 10::bigint, 'the ledger is kept');
select is((select count(*) from private.doomed_files where prefix = tests.user_id('ana') || '/' and bucket in ('inputs', 'outputs')), 4::bigint,
  'the user''s files are deleted: what is there now, and what still comes');
select is((select count(*) from worker.receive_cancels()), 6::bigint, 'the worker is given all to work on');

-- What is heard finds the row
select is((select worker.submitted(job_id, token, 't-6', '{}') from was where key = 'doubt'), 'cancelled', 'submitted');
select is((select c.external_id from private.cancels c join was using (token) where key = 'doubt'), 't-6', 'its task is known');
select is((select worker.attempt_failed(job_id, token, 'wait', 'busy', 'Busy.', p_queue => 'echo_queue', p_msg_id => -1)
  from was where key = 'refused'), 'late', 'refused');
select is(pg_temp.trace('refused'), 'charge, slot free, closed row: never_existed', 'it never was');
select is((select worker.webhook('echo', 'e-1', job_id, token, 'token', '{}', '{"secret": 1}', 'succeeded', 't-2') ->> 'verdict'
  from was where key = 'webhook'), 'late', 'a webhook');
select is(pg_temp.trace('webhook'), 'charge, slot free, closed row: succeeded', 'it is over');
select is((select payload from private.webhook_events where dedupe_key = 'e-1'), '{}', 'of who is gone no payload is kept');
select is((select worker.attempt_failed(job_id, token, 'never', 'failed', 'Failed.', p_queue => 'settle_queue', p_msg_id => -1)
  from was where key = 'settled'), 'late', 'an answer of the provider''s');
select is(pg_temp.trace('settled'), 'charge, slot free, closed row: failed', 'it is over');
select is((select worker.complete(job_id, token, '{"files": []}') from was where key = 'known'), 'late', 'a result');
select is(pg_temp.trace('known'), 'charge, slot free, closed row: succeeded', 'it is over');
select is((select worker.checkpoint(job_id, token, '{}') from was where key = 'dispatched'), false, 'nothing more is submitted');
select tests.refuses(format('select worker.complete(%L, %L, ''{}'')', job_id, token), 409, 'stale_token', null,
  'what never had a task is nobody''s') from was where key = 'dispatched';

-- The rest ends by time
select tests.let_time_pass('1 hour', 3);
select is(pg_temp.trace('doubt'), 'charge, slot free, closed row: unknown', 'task_life bounds it');
select is(pg_temp.trace('cancelled'), 'charge, slot free, closed row: unknown', 'the same');
select is_empty('select * from tests.unrest()', 'all has ended');

select * from finish();
rollback;
