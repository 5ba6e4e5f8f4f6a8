-- @acceptance 004:24, 004:54, 004:177-187
begin;
select plan(8);

select tests.create_user('ana');
select tests.enable_echo(1);
select tests.freeze('2030-01-01 00:00:00Z');
select tests.create_job('ana', 'one');
select tests.submit('one', 'task-1');
create temporary table key as select (tests.job('one')).id as job_id, (tests.attempt('one')).token as token;
grant select on key to service_role;

select tests.as_service();
create temporary table answers as
select worker.webhook('echo', 'event-1', job_id, token, 'ed25519', '{"user-agent": "okhttp"}', '{"event": "TASK_END"}', 'succeeded', 'task-1',
  '{"taskStatus": "SUCCESS", "error": null}') as answer
from key;
select tests.reset();

select is((select answer ->> 'verdict' from answers), 'accepted', 'it is accepted');
select results_eq(
  $$ select provider, dedupe_key, user_id, job_id, attempt, external_id, verified_by, headers, payload, verdict, received_at
     from private.webhook_events $$,
  $$ select 'echo', 'event-1', tests.user_id('ana'), job_id, 1, 'task-1', 'ed25519', '{"user-agent": "okhttp"}'::jsonb,
       '{"event": "TASK_END"}'::jsonb, 'accepted', '2030-01-01 00:00:00Z'::timestamptz from key $$,
  'it is stored, with what vouches for it');
select results_eq(
  $$ select raw_webhook_payload, phase, outcome from tests.attempt('one') $$,
  $$ values ('{"event": "TASK_END"}'::jsonb, 'settling'::public.attempt_phase, null::text) $$,
  'the attempt has the payload and is to be settled');
select results_eq(
  $$ select status, current_step from tests.job('one') $$,
  $$ values ('processing'::public.job_status, 'webhook_received'::public.job_step) $$,
  'the job goes on: a webhook is no result');
select is(tests.entry('one', 'webhook_received'), '{"taskStatus": "SUCCESS"}', 'its history tells what came');
select results_eq(
  $$ select message, extract(epoch from vt - clock_timestamp()) between 50 and 60 from tests.messages('settle_queue') where message ->> 'kind' is null $$,
  $$ select jsonb_build_object('job_id', job_id, 'attempt', 1, 'dispatch', 1), true from key $$,
  'a message lies ready, invisible for a minute');
select is((select answer ->> 'lane' from answers), 'echo', 'the answer says where the next job may have started');
select is(
  (select answer -> 'message' from answers),
  jsonb_build_object('queue', 'settle_queue', 'msg_id', (select msg_id from tests.messages('settle_queue') where message ->> 'kind' is null), 'read_count', 1,
    'item', private.work_item(tests.job('one'), tests.attempt('one'))) ,
  'and gives what is needed to settle at once');

select * from finish();
rollback;
