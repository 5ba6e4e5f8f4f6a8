-- @acceptance 001:42
begin;
select plan(4);

select tests.create_user('ana');
select tests.enable_effect('model', 5);
select tests.create_job('ana', 'training'), tests.commit();
create function pg_temp.job_of(p_key text) returns jsonb language sql as $$
  select private.work_item(tests.job(p_key), tests.attempt(p_key)) -> 'job'
$$;
select is(pg_temp.job_of('training') ->> 'effect', 'model', 'a training makes a model');
select is(pg_temp.job_of('training') ->> 'model_id', (select id::text from public.ai_models where "trainingJobId" = (tests.job('training')).id), 'this one');
delete from public.ai_models where true;
select is(pg_temp.job_of('training') -> 'model_id', 'null', 'none when its owner has deleted it');
select tests.submit('training');
select is(worker.webhook('echo', 'e', (tests.job('training')).id, (tests.attempt('training')).token, 'token', '{}', '{}', null)
  #>> '{message,item,job,effect}', 'model', 'whoever takes a webhook is told too');

select * from finish();
rollback;
