-- Functions can be executed by everybody unless that is taken away, so this list is the decision about each of them:
-- what is not on it can be executed by its owner alone.
begin;
select plan(3);

select is_empty(
  $$ select signature from tests.functions where has_function_privilege('anon', oid, 'execute') $$,
  'somebody who is not signed in, and so PUBLIC, executes nothing');

select set_eq(
  $$ select signature::text from tests.functions where has_function_privilege('authenticated', oid, 'execute') $$,
  array['private.is_admin()'],
  'signed-in users execute what their policies need');

select set_eq(
  $$ select schema_name || '.' || proname from tests.functions f join pg_proc using (oid)
     where has_function_privilege('service_role', f.oid, 'execute') $$,
  array[
    'public.create_job', 'ops.grant_credits', 'worker.attempt_failed', 'worker.checkpoint', 'worker.complete', 'worker.defer',
    'worker.lanes', 'worker.receive', 'worker.receive_settlements', 'worker.submitted', 'worker.webhook'
  ],
  'Edge Functions execute what they call');

select * from finish();
rollback;
