-- Every query of document 001, word for word, with the heading it stands under: the SQL, and what its TypeScript asks
-- of the database.
begin;
select plan(10);

select tests.create_user('ana'), tests.create_user('bo');
select tests.enable_tool('model_training', 'astria', 10);
update public.tools set effect = 'model' where tool = 'model_training';
create function pg_temp.train(p_user text, p_name text) returns uuid language sql as $$
  select (public.create_job(tests.user_id(p_user), 'model_training', jsonb_build_object('name', p_name), p_idempotency_key => p_name)).id
$$;
select tests.freeze('2030-01-01 00:00:00Z');
select pg_temp.train('bo', 'first');
select tests.freeze('2030-01-01 01:00:00Z');
select pg_temp.train('ana', 'second');
select tests.freeze('2030-01-01 02:00:00Z');
select pg_temp.train('ana', 'third');
select tests.submit('second', 'tune-2');
select tests.complete('second');
select tests.fail('third', 'never');
select tests.commit();

-- 1. Verificar Estado do Modelo no Banco de Dados ---------------------------------------------------------------------

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
create temporary table found as execute latest;
-- @acceptance 001:12-26, 001:29, 001:30, 001:31, 001:32, 001:283
select results_eq(
  'select name, status::text, progress::integer, "trainingJobId", "trainedAt", "modelUrl" from found order by "updatedAt" desc, name desc',
  $$ values
    ('third', 'ERROR', 0, (tests.job('third')).id, null::timestamptz, null::text),
    ('second', 'READY', 100, (tests.job('second')).id, '2030-01-01 02:00:00Z', 'tune-2'),
    ('first', 'TRAINING', 0, (tests.job('first')).id, null, null) $$,
  'a model that is READY has progress 100, trainedAt and the tune''s id in modelUrl, as the document expects');
-- @acceptance 001:284
select results_eq(
  $$ select "createdAt", "trainedAt" from ai_models where name = 'second' $$,
  $$ values ('2030-01-01 01:00:00Z'::timestamptz, '2030-01-01 02:00:00Z'::timestamptz) $$,
  'when it was created, and when it was READY');
-- @acceptance 001:12-26
select results_eq('select name from found', array['third', 'second', 'first'], 'the latest first');
select pg_temp.train('bo', 'more ' || n) from generate_series(1, 4) n;
select tests.commit();
drop table found;
create temporary table found as execute latest;
-- @acceptance 001:12-26
select is((select count(*) from found), 5::bigint, 'five at the most');

-- Adicionar Polling como Fallback: GET /api/models/[id]/status -------------------------------------------------------------
--
-- prisma.aIModel.findFirst({where: {id, userId: session.user.id}, select: {id, status, progress, errorMessage, modelUrl,
-- trainedAt}}): as the user themself, row level security is the second condition.

prepare status_of (text) as
select id, status, progress, "errorMessage", "modelUrl", "trainedAt" from ai_models where id = (select id from found where name = $1);
grant select on found to authenticated;
drop table found;
create temporary table found as select id, name from ai_models;
grant select on found to authenticated;
select tests.as_user('ana');
-- @acceptance 001:236-272
select results_eq(
  $$ execute status_of('second') $$,
  $$ select id, 'READY'::public.model_status, 100::smallint, null::text, 'tune-2', '2030-01-01 02:00:00Z'::timestamptz from found where name = 'second' $$,
  'its owner is told that it is ready');
select results_eq(
  $$ select status, "errorMessage" from ai_models where name = 'third' $$,
  $$ values ('ERROR'::public.model_status, 'It did not work.') $$, 'and why another is not');
-- @acceptance 001:266-268
select is_empty($$ execute status_of('first') $$, 'not of somebody else''s: 404');
select tests.as_admin();
select is((select count(*) from ai_models), 7::bigint, 'an admin sees them all');
select tests.as_anon();
select throws_ok('select id from ai_models', '42501', null, 'somebody who is not signed in is told nothing');
select tests.reset();

-- 3. Verificar SSE, and 5: the event of which the screen learns it -------------------------------------------------------

-- @acceptance 001:79, 001:80
select set_eq(
  $$ select event, payload ->> 'status' from realtime.messages
     where topic = 'jobs:' || tests.user_id('ana') and payload ->> 'table' = 'ai_models' $$,
  $$ values ('model_status_changed', 'TRAINING'), ('model_status_changed', 'READY'), ('model_status_changed', 'ERROR') $$,
  'each change was announced to the user, as model_status_changed');

select * from finish();
rollback;
