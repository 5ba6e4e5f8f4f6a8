-- @acceptance 001:79, 001:80
begin;
select plan(8);

select tests.create_user('ana'), tests.create_user('bo');
select tests.enable_effect('model');
select tests.freeze('2030-01-01 00:00:00Z');
create function pg_temp.sent() returns setof jsonb language sql as $$
  select payload - 'id' from realtime.messages where topic = 'jobs:' || tests.user_id('ana') and event = 'model_status_changed'
$$;
create function pg_temp.sent(p_version integer) returns jsonb language sql as $$
  select s from pg_temp.sent() s where (s #>> '{new,version}')::integer = p_version
$$;
select tests.create_job_for('ana', 'one', '{}'), tests.commit();
select is(pg_temp.sent(1), jsonb_build_object('type', 'model_status_changed', 'table', 'ai_models', 'schema', 'public',
  'modelId', (tests.model('one')).id, 'userId', tests.user_id('ana'), 'status', 'TRAINING', 'progress', 0,
  'new', to_jsonb(tests.model('one')) - 'userId', 'old', null,
  '_debug', jsonb_build_object('triggeredAt', private.now(), 'triggerName', 'ai_models_broadcast_trigger', 'broadcastSuccess', true)),
  'a new model, to its owner');
select worker.progress((tests.job('one')).id, (tests.attempt('one')).token, 40::smallint), tests.commit();
select is(pg_temp.sent(2) ->> 'progress', '40', 'its progress');
select is(pg_temp.sent(2) -> 'old', jsonb_build_object('id', (tests.model('one')).id, 'status', 'TRAINING', 'progress', 0, 'version', 1), 'and what it was');
select is((select count(*) from pg_temp.sent()), 2::bigint, 'and nothing else: starting a job changes no model');
select tests.submit('one', '788416'), tests.complete('one'), tests.commit();
select is(pg_temp.sent(3) ->> 'status', 'READY', 'that it is ready');
select is(pg_temp.sent(3) #>> '{new,modelUrl}', '788416', 'with all that the screen needs');
delete from public.ai_models where true;
select is((select count(*) from pg_temp.sent() s where s -> 'new' = 'null' and s #>> '{old,status}' = 'READY'), 1::bigint, 'that it was deleted');
select is_empty($$ select * from realtime.messages where event = 'model_status_changed' and topic <> 'jobs:' || tests.user_id('ana') $$, 'nobody else is told');

select * from finish();
rollback;
