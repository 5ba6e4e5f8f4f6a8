-- @acceptance 002:487, 002:576
begin;
select plan(8);

select tests.create_user('ana'), tests.create_user('bo');
select tests.enable_echo(0);
select tests.freeze('2030-01-01 00:00:00Z');
select tests.create_job('ana', 'one');

create temporary table sent as select * from realtime.messages where topic = 'jobs:' || tests.user_id('ana');
select results_eq(
  'select event, extension, private from sent', $$ values ('INSERT', 'broadcast', true) $$,
  'one private broadcast on the owner''s topic');
select results_eq(
  $$ select payload ->> 'type', payload ->> 'schema', payload ->> 'table', payload -> 'old' from sent $$,
  $$ values ('INSERT', 'public', 'jobs', 'null'::jsonb) $$,
  'in the shape of a change of the table');
select is(
  (select payload -> 'new' from sent),
  (select (to_jsonb(tests.job('one')) || '{"model_id": null, "output_paths": null}') - '{effect,step_history,input,output,output_bytes,priority,ticket,attempt,retry_count,max_attempts,credits_charged,idempotency_hash,is_by_user,retried_from,api_version,queued_at,started_at,deadline_at,expires_at,start_by,dispatches,waits}'::text[]),
  'with the row as it is now');
select is((select payload -> 'steps' from sent), (tests.job('one')).step_history, 'and its whole history so far');
select is(
  (select payload -> '_debug' from sent),
  '{"triggeredAt": "2030-01-01T00:00:00+00:00", "triggerName": "new_jobs_broadcast_trigger", "broadcastSuccess": true}'::jsonb,
  'and where it came from');
select is_empty(
  $$ select * from realtime.messages where topic = 'jobs:' || tests.user_id('bo') $$,
  'nobody else is told');

select private.set_capacity(tests.account_id('echo'), 2);
select private.dispatch('echo');
select tests.create_job('bo', 'two');
select results_eq(
  $$ select event, payload #>> '{new,version}', payload #>> '{new,current_step}' from realtime.messages where topic = 'jobs:' || tests.user_id('bo') $$,
  $$ values ('INSERT', '1', 'starting') $$, 'a job that starts at once is announced once, as it is');
select is(
  (select payload -> 'steps' from realtime.messages where topic = 'jobs:' || tests.user_id('bo')), (tests.job('two')).step_history,
  'with each step that it took');

select * from finish();
rollback;
