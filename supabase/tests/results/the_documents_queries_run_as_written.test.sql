begin;
select plan(3);

select tests.create_user('ana');
select tests.enable_effect('model', 2);
select tests.create_job_for('ana', 'training', '{}'), tests.submit('training', '788416'), tests.complete('training'), tests.commit();
set local search_path = public, extensions;

create temporary table model as
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
select is((select concat_ws(' ', status, progress, "modelUrl") from model where status = 'READY'), 'READY 100 788416', 'a training that has ended');

update public.tools set effect = 'project_node' where tool = 'echo';
select tests.create_project('ana', 'canvas');
select tests.create_node_job('ana', 'one', 'canvas', 'n1'), tests.complete('one'), tests.commit();
create temporary table image as
SELECT
  id,
  user_id,
  updated_at,
  (content->'nodes'->0->'data'->'generated'->>'url') as first_node_image
FROM projects
ORDER BY updated_at DESC
LIMIT 10;
select is((select first_node_image from image), 'https://example.test/a.png', 'an image on a node');

create temporary table triggers as
SELECT
  tgname as trigger_name,
  tgrelid::regclass as table_name,
  proname as function_name
FROM pg_trigger t
JOIN pg_proc p ON t.tgfoid = p.oid
WHERE tgname LIKE '%broadcast%';
select ok((select array_agg(trigger_name::text) from triggers) @> '{projects_broadcast_trigger,ai_models_broadcast_trigger}', 'the triggers that tell of them');

select * from finish();
rollback;
