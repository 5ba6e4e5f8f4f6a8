-- A worker that died between the provider's answer and its acknowledgement leaves a message; whoever reads it next
-- has no answer of its own, and must not wipe out the evidence of the first.
begin;
select plan(2);

select tests.create_user('ana');
select tests.enable_echo(1);
select tests.create_job('ana', 'one');
select worker.submitted((tests.job('one')).id, (tests.attempt('one')).token, 'task-1', '{"code": 0}');
select worker.submitted((tests.job('one')).id, (tests.attempt('one')).token, 'task-1', null);
select is((tests.attempt('one')).raw_api_response, '{"code": 0}', 'the first answer stays');
select is((tests.attempt('one')).external_id, 'task-1', 'with the task that it named');

select * from finish();
rollback;
