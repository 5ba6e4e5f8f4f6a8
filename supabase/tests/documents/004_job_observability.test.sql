-- Every SQL statement of document 004, word for word, with the heading it stands under, and what its TypeScript asks
-- of the database in SQL's words. tests/e2e/documents.test.ts asks the same through the Data API.
begin;
select plan(39);

select tests.create_user('ana'), tests.create_user('stranger'), tests.create_user('admin');
select tests.enable_tool(tool, 'runninghub', 2) from unnest(array['upscaler', 'pose_changer', 'veste_ai', 'video_upscaler']) tool;
select tests.freeze('2030-01-01 00:00:00Z');
select tests.create_job('ana', 'one', 'upscaler');

-- Migration: Adicionar colunas de observabilidade -----------------------------------------------------------------------
--
-- The four are views, which are given no columns after the fact: ALTER TABLE is refused although IF NOT EXISTS. They
-- have them all from the start; checked below.

create temporary table statements as select * from regexp_split_to_table($document$
-- Etapa atual do job (para UI)
ALTER TABLE upscaler_jobs ADD COLUMN IF NOT EXISTS current_step text DEFAULT 'upload';
ALTER TABLE pose_changer_jobs ADD COLUMN IF NOT EXISTS current_step text DEFAULT 'upload';
ALTER TABLE veste_ai_jobs ADD COLUMN IF NOT EXISTS current_step text DEFAULT 'upload';
ALTER TABLE video_upscaler_jobs ADD COLUMN IF NOT EXISTS current_step text DEFAULT 'upload';

-- Histórico de etapas (para debug)
ALTER TABLE upscaler_jobs ADD COLUMN IF NOT EXISTS step_history jsonb DEFAULT '[]'::jsonb;
ALTER TABLE pose_changer_jobs ADD COLUMN IF NOT EXISTS step_history jsonb DEFAULT '[]'::jsonb;
ALTER TABLE veste_ai_jobs ADD COLUMN IF NOT EXISTS step_history jsonb DEFAULT '[]'::jsonb;
ALTER TABLE video_upscaler_jobs ADD COLUMN IF NOT EXISTS step_history jsonb DEFAULT '[]'::jsonb;

-- Resposta bruta da API RunningHub
ALTER TABLE upscaler_jobs ADD COLUMN IF NOT EXISTS raw_api_response jsonb;
ALTER TABLE pose_changer_jobs ADD COLUMN IF NOT EXISTS raw_api_response jsonb;
ALTER TABLE veste_ai_jobs ADD COLUMN IF NOT EXISTS raw_api_response jsonb;
ALTER TABLE video_upscaler_jobs ADD COLUMN IF NOT EXISTS raw_api_response jsonb;

-- Payload bruto do webhook
ALTER TABLE upscaler_jobs ADD COLUMN IF NOT EXISTS raw_webhook_payload jsonb;
ALTER TABLE pose_changer_jobs ADD COLUMN IF NOT EXISTS raw_webhook_payload jsonb;
ALTER TABLE veste_ai_jobs ADD COLUMN IF NOT EXISTS raw_webhook_payload jsonb;
ALTER TABLE video_upscaler_jobs ADD COLUMN IF NOT EXISTS raw_webhook_payload jsonb;

-- Etapa onde falhou (para UI)
ALTER TABLE upscaler_jobs ADD COLUMN IF NOT EXISTS failed_at_step text;
ALTER TABLE pose_changer_jobs ADD COLUMN IF NOT EXISTS failed_at_step text;
ALTER TABLE veste_ai_jobs ADD COLUMN IF NOT EXISTS failed_at_step text;
ALTER TABLE video_upscaler_jobs ADD COLUMN IF NOT EXISTS failed_at_step text;
$document$, '(?<=;)') as sql where sql ~ 'ALTER';
select is((select count(*) from statements), 20::bigint, 'five columns for each of four tables');
select throws_ok(sql, '42809', null, regexp_replace(sql, '.*(ALTER)', '\1')) from statements;
-- @acceptance 004:21, 004:22, 004:23, 004:24, 004:25, 004:75-78, 004:81-84, 004:87-90, 004:93-96
select bag_eq(
  $$ select attrelid::regclass::text as view, attname::text as name
     from pg_attribute
     where attrelid in ('upscaler_jobs'::regclass, 'pose_changer_jobs'::regclass, 'veste_ai_jobs'::regclass, 'video_upscaler_jobs'::regclass)
       and attname in ('current_step', 'step_history', 'raw_api_response', 'raw_webhook_payload', 'failed_at_step') $$,
  $$ select m[1] as view, m[2] as name from statements, regexp_match(sql, 'TABLE (\w+) .* EXISTS (\w+)') m $$,
  'what their author wanted: each of the four has the five');
-- @acceptance 004:31, 004:69-72
select results_eq(
  'select current_step::text, step_history -> 0 ->> ''step'' from upscaler_jobs', $$ values ('starting', 'insert') $$,
  'a job knows its step from its first moment');

-- Função Helper: logStep(), and the updates of the Edge Functions -------------------------------------------------------
--
-- supabase.from(table).update({current_step, step_history, raw_webhook_payload, …}): nobody updates a job by hand. The
-- engine's functions append to the history in the transaction that makes the step true, so it cannot be forgotten.

select tests.as_service();
-- @acceptance 004:105-126
select throws_ok(
  $$ update upscaler_jobs set current_step = 'running' where true $$, '42501', null, 'a secret key writes no step');
-- @acceptance 004:105-126
select throws_ok(
  $$ update public.jobs set step_history = step_history || '[{"step": "running"}]' where true $$, '42501', null, 'nor history');
select tests.reset();
select tests.submit('one', 'task-1');
select tests.webhook('one', 'event-1');
select tests.fail('one', 'never');
-- @acceptance 004:9, 004:30, 004:48, 004:49, 004:50, 004:51, 004:52, 004:53, 004:54, 004:56
select is(
  tests.steps('one'), '{insert,credits,queue_check,queued,starting,running,webhook_received,failed}',
  'what its author wanted: every step is there');
-- @acceptance 004:49, 004:140
select is(
  (select tests.entry('one', step) from unnest(array['credits'::public.job_step]) step), '{"cost": 1, "newBalance": 99}',
  'credits with cost and balance');
-- @acceptance 004:50, 004:143
select is(tests.entry('one', 'queue_check'), '{"slotsAvailable": 2, "globalRunning": 0}', 'queue_check with slots');
-- @acceptance 004:146
select is(tests.entry('one', 'queued'), '{"position": 1}', 'queued with the position');
-- @acceptance 004:149
select ok(tests.entry('one', 'starting') ? 'accountName', 'starting with the account');
-- @acceptance 004:32, 004:152-159
select is(tests.entry('one', 'failed') ->> 'at_step', 'running', 'failed with where: inside the provider''s task');

-- Como Debugar, 2. Via SQL (Admin) -------------------------------------------------------------------------------------

create temporary table written as select $document$
SELECT 
  id,
  status,
  current_step,
  failed_at_step,
  error_message,
  step_history,
  raw_api_response,
  raw_webhook_payload,
  created_at,
  started_at,
  completed_at
FROM upscaler_jobs
WHERE id = 'uuid-do-job'
ORDER BY created_at DESC
LIMIT 1;
$document$ as sql;
grant select on written to authenticated;
select throws_ok((select sql from written), '22P02', null, 'uuid-do-job stands for an id, which is a uuid');
update written set sql = replace(sql, 'uuid-do-job', (tests.job('one')).id::text) where true;
create temporary table expected as
select id, status, 'failed'::public.job_step as current_step, 'running'::public.job_step as failed_at_step,
  'It did not work.' as error_message, step_history, '{"code": 0}'::jsonb as raw_api_response,
  '{"event": "TASK_END"}'::jsonb as raw_webhook_payload, created_at, started_at, completed_at
from tests.job('one');
grant select on expected to authenticated;
-- @acceptance 004:8, 004:21, 004:22, 004:23, 004:24, 004:25, 004:32, 004:152-159, 004:162-175, 004:272
select results_eq((select sql from written), 'select * from expected', 'a DBA sees all of it');
select tests.as_admin();
-- @acceptance 004:316, 004:317, 004:318, 004:370-386, 004:403, 004:406, 004:412
select results_eq((select sql from written), 'select * from expected', 'so does an admin');
select tests.as_user('ana');
-- @acceptance 004:319, 004:320
select results_eq(
  (select sql from written),
  $$ select id, status, current_step, failed_at_step, error_message, step_history, null::jsonb, null::jsonb, created_at, started_at, completed_at from expected $$,
  'its owner all but what came raw');
select tests.as_user('stranger');
select is_empty((select sql from written), 'a stranger nothing');
select tests.reset();

-- Atualizar Realtime Subscription: status, current_step, position, failed_at_step, error_message, output_url ----------------

-- @acceptance 004:195-207, 004:315, 004:319, 004:320
select ok(
  (select payload -> 'new' ?& array['status', 'current_step', 'failed_at_step', 'error_message', 'output_url'] from realtime.messages
   where topic = 'jobs:' || tests.user_id('ana') order by (payload #>> '{new,version}')::integer desc limit 1),
  'a broadcast shows these');
select tests.create_job('ana', 'two', 'pose_changer'), tests.create_job('ana', 'three', 'veste_ai'), tests.create_job('ana', 'four', 'video_upscaler');
select is(
  (select payload #> '{steps}' -> -1 -> 'position' from realtime.messages
   where payload #>> '{new,id}' = (select id::text from tests.job('four')) and event = 'INSERT'),
  '1', 'and the position with the step that gave it: among its steps, for it changes without the row');
select is((select position::text from video_upscaler_jobs), '1', 'what it is now, the view says');

select * from finish();
rollback;
