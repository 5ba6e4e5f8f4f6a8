-- Every SQL statement of document 001, word for word, with the heading it stands under.
begin;
select plan(4);

select tests.create_user('ana'), tests.create_user('bo');
select tests.enable_effect('model', 10);
select tests.freeze('2030-01-01 00:00:00Z');
select tests.create_job_for('ana', 'ready', '{}', '{"name": "Ana"}'), tests.submit('ready', '788416'), tests.commit();
select tests.freeze('2030-01-01 00:20:00Z');
select tests.complete('ready'), tests.create_job_for('bo', 'training', '{}', '{"name": "Bo"}'), tests.commit();
set local search_path = public, extensions;

-- 1. Verificar Estado do Modelo no Banco de Dados ----------------------------------------------------------------------

prepare latest as
-- Ver o modelo mais recente e seu status
SELECT
  id,
  name,
  status,
  progress,
  "trainingJobId",
  "updatedAt",
  "trainedAt",
  "modelUrl"
FROM ai_models
ORDER BY "createdAt" DESC
LIMIT 5;
select results_eq('latest', $$
  values ((tests.model('training')).id, 'Bo', 'TRAINING'::model_status, 0::smallint, (tests.job('training')).id,
      '2030-01-01 00:20:00Z'::timestamptz, null::timestamptz, null),
    ((tests.model('ready')).id, 'Ana', 'READY', 100::smallint, (tests.job('ready')).id, '2030-01-01 00:20:00Z', '2030-01-01 00:20:00Z', '788416') $$,
  'a DBA sees the latest models: READY, at 100, with trainedAt and the tune_id, as the document expects of a training that has ended');
select tests.as_user('ana');
select is((select count(*) from ai_models), 1::bigint, 'a user their own');
select tests.reset();
select tests.create_job_for('bo', 'more ' || n, '{}') from generate_series(1, 6) n;
select tests.commit();
create temporary table found as execute latest;
select is((select count(*) from found), 5::bigint, 'five at the most');

-- 3. Verificar SSE: the event of which the screen learns it.

select isnt_empty($$ select * from realtime.messages
  where topic = 'jobs:' || tests.user_id('ana') and event = 'model_status_changed' and payload ->> 'status' = 'READY' $$, 'it is told');

select * from finish();
rollback;
