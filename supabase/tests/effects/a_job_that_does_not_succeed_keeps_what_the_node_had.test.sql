begin;
select plan(7);

select tests.create_user('ana');
select tests.enable_effect('project_node');
select tests.create_project('ana', 'canvas');
-- The wait for a retry is a random part of this: long enough not to be over at once.
update private.lanes set backoff_base = '2 hours', backoff_max = '2 hours' where lane = 'echo';
select tests.create_node_job('ana', 'one', 'canvas', 'n1'), tests.submit('one', 'task-1'), tests.complete('one'), tests.commit();
select pg_sleep(0.002); -- ids are ordered by the millisecond
select tests.create_node_job('ana', 'two', 'canvas', 'n1'), tests.commit();
select is(tests.node('canvas', 'n1') - array['jobId', 'updatedAt', 'prompt'],
  '{"status": "processing", "loading": true, "generated": {"url": "https://example.test/a.png"}}'::jsonb,
  'while a second job runs the first one''s result stays, its task does not');
select tests.submit('two', 'task-2'), tests.fail('two', 'backoff'), tests.commit();
select is(tests.node('canvas', 'n1') ->> 'status', 'pending', 'a job that is tried again waits again');
select is(tests.node('canvas', 'n1') -> 'error', null, 'without an error');
update public.jobs set run_at = null where idempotency_key = 'two';
select private.dispatch('echo'), tests.fail('two', 'never'), tests.commit();
select is(tests.node('canvas', 'n1') - array['jobId', 'updatedAt', 'prompt'],
  '{"status": "failed", "loading": false, "error": "It did not work.", "requestId": "task-2", "generated": {"url": "https://example.test/a.png"}}'::jsonb,
  'one that has failed says why');
select is(tests.outcome('two'), 'applied', 'that was its effect');

select pg_sleep(0.002);
select tests.create_node_job('ana', 'three', 'canvas', 'n1'), tests.cancel('three'), tests.commit();
select is(tests.node('canvas', 'n1') - array['jobId', 'updatedAt', 'prompt'],
  '{"status": "cancelled", "loading": false, "generated": {"url": "https://example.test/a.png"}}'::jsonb,
  'one that was cancelled says so, and the earlier error is gone');
select is((select count(*) from public.job_effects), 3::bigint, 'each job that ended has one effect');

select * from finish();
rollback;
