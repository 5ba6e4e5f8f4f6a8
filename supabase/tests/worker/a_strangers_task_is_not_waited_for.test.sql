begin;
select plan(17);

select tests.create_user('ana');
select tests.enable_echo(7);
select tests.create_job('ana', 'answered'), tests.create_job('ana', 'told'), tests.create_job('ana', 'alone');
select tests.create_job('ana', 'known'), tests.create_job('ana', 'several');
select tests.create_job('ana', 'failed'), tests.create_job('ana', 'lost');
create function pg_temp.other(p_key text, p_external_id text) returns text language sql as $$
  select worker.other_task((tests.job(p_key)).id, (tests.attempt(p_key)).token, p_external_id)
$$;

-- A webhook names a stranger's task, before the submit is answered.
select tests.webhook('answered', 'event-1', p_external_id => 'stranger');
select tests.submit('answered', 'own');
select is((tests.attempt('answered')).external_id, 'stranger', 'what a webhook has named stays, for it may be right');
select is(pg_temp.other('answered', 'stranger'), 'own', 'where its provider knows no such task, the answer''s is asked about');
select is((tests.attempt('answered')).external_id, 'own', 'and is the attempt''s from now on');
select is((tests.job('answered')).request_id, 'own', 'and the job''s');
select is(pg_temp.other('answered', 'stranger'), 'own', 'whoever finds it out a second later is told the same');
select is(pg_temp.other('answered', 'own'), 'stranger', 'where neither is known, both are asked about in turn');
select is(tests.complete('answered'), 'completed', 'and its result is taken');

-- The answer is lost: another webhook names the attempt's own.
select tests.webhook('told', 'event-2', p_external_id => 'stranger-2');
select tests.webhook('told', 'event-3', p_external_id => 'own-2');
select is(pg_temp.other('told', 'stranger-2'), 'own-2', 'what another webhook has named will do as well');

select tests.webhook('alone', 'event-4', p_external_id => 'only');
select is(pg_temp.other('alone', 'only'), null, 'there may be no other');
select tests.submit('known', 'task-9');
select tests.webhook('known', 'event-5', p_word => null, p_external_id => 'stranger-3');
select is(pg_temp.other('known', 'task-9'), null, 'a task whose success nobody told is waited for');
select is((tests.attempt('known')).external_id, 'task-9', 'by its own name');

-- It may have made two tasks: a webhook that tells of another one's success may be right, and takes its place.
select tests.submit('several', 'first');
update public.job_attempts set resubmit = 'at_least_once', submits = 2 where job_id = (tests.job('several')).id;
select tests.webhook('several', 'event-6', p_attempt => 1, p_external_id => 'second');
select is((tests.attempt('several')).external_id, 'second', 'the task whose success is told is the attempt''s');
select is(pg_temp.other('several', 'second'), 'first', 'where there is no such task it is the one before');

-- A failure that a webhook tells of a stranger's task says nothing of the attempt's own, answered later or never.
select tests.webhook('failed', 'event-7', p_word => 'failed', p_external_id => 'stranger-4');
select tests.submit('failed', 'own-4');
select is(pg_temp.other('failed', 'stranger-4'), 'own-4', 'a stranger''s failure is none of the task''s own');
select is(tests.complete('failed'), 'completed', 'whose result is taken');
select tests.webhook('lost', 'event-8', p_word => 'failed', p_external_id => 'stranger-5');
select tests.webhook('lost', 'event-9', p_external_id => 'own-5');
select is(pg_temp.other('lost', 'stranger-5'), 'own-5', 'nor where the answer to the submit is lost');
select is(tests.complete('lost'), 'completed', 'whose result is taken as well');

select * from finish();
rollback;
