-- Functions can be executed by everybody unless that is taken away, so this list is the decision about each of them:
-- what is not on it can be executed by its owner alone.
begin;
select plan(3);

select is_empty(
  $$ select signature from tests.functions where has_function_privilege('anon', oid, 'execute') $$,
  'somebody who is not signed in, and so PUBLIC, executes nothing');

select set_eq(
  $$ select signature::text from tests.functions where has_function_privilege('authenticated', oid, 'execute') $$,
  array['cancel_job(uuid,uuid,boolean)', 'private.ai_job_status(job_status,job_step,smallint)', 'private.is_admin()', 'queue_position(uuid)', 'retry_job(uuid,uuid,boolean)'],
  'signed-in users execute what is about their own jobs, and what their policies and views need');

select set_eq(
  $$ select schema_name || '.' || proname from tests.functions f join pg_proc using (oid)
     where has_function_privilege('service_role', f.oid, 'execute') $$,
  array[
    'public.cancel_job', 'public.create_job', 'public.create_jobs', 'public.queue_position', 'public.retry_job',
    'ops.grant_credits', 'private.ai_job_status',
    'worker.acknowledge', 'worker.attempt_failed', 'worker.checkpoint', 'worker.claim', 'worker.claimed', 'worker.complete',
    'worker.defer', 'worker.heartbeat', 'worker.lanes', 'worker.progress', 'worker.reap', 'worker.receive', 'worker.receive_settlements', 'worker.submitted', 'worker.webhook', 'worker.webhook_account'
  ],
  'Edge Functions execute what they call');

select * from finish();
rollback;
