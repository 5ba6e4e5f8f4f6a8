begin;
select plan(6);

select tests.create_user('ana');
select tests.enable_echo(1);
select tests.create_job('ana', 'one');
create temporary table received as select * from worker.receive('echo');
grant select on received to service_role;
select tests.freeze('2030-01-01 00:00:00Z');

select tests.as_service();
select is(
  worker.submitted((item #>> '{job,id}')::uuid, (item #>> '{attempt,token}')::uuid, '1904152026220003329', '{"taskId": "1904152026220003329"}',
    '{"taskStatus": "QUEUED"}', queue, msg_id),
  'processing', 'the job goes on')
from received;
select tests.reset();

select results_eq(
  $$ select status, current_step, request_id from tests.job('one') $$,
  $$ values ('processing'::public.job_status, 'running'::public.job_step, '1904152026220003329') $$,
  'it is running, and has the provider''s id');
select is(
  tests.entry('one', 'running'), '{"taskId": "1904152026220003329", "taskStatus": "QUEUED"}',
  'which its history tells');
select results_eq(
  $$ select phase, external_id, raw_api_response, submitted_at, outcome from tests.attempt('one') $$,
  $$ values ('submitted'::public.attempt_phase, '1904152026220003329', '{"taskId": "1904152026220003329"}'::jsonb,
       '2030-01-01 00:00:00Z'::timestamptz, null::text) $$,
  'the attempt keeps the id, the answer and the time');
select is_empty($$ select * from tests.messages('echo_queue') $$, 'the message is dealt with');
select is((select job_id from private.slots where lane = 'echo'), (tests.job('one')).id, 'the slot is still taken');

select * from finish();
rollback;
