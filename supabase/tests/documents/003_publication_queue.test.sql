-- Every SQL statement of document 003, word for word, with the heading it stands under. Where a statement cannot work
-- here, or should not, the test shows that it is refused, and what gives its author what they wanted.
begin;
select plan(45);

select tests.create_user('ana'), tests.create_user('bo');

-- Extensões Necessárias ----------------------------------------------------------------------------------------------

-- The platform's own script, which runs after each of these, leaves search_path empty until the transaction is over, so
-- that no assertion would be found any more; hence the savepoint.

savepoint no_extension_yet;
CREATE EXTENSION IF NOT EXISTS pgmq;
CREATE EXTENSION IF NOT EXISTS pg_cron;
CREATE EXTENSION IF NOT EXISTS pg_net;
rollback to no_extension_yet;
-- @acceptance 003:72-76
select set_has(
  'select extname from pg_extension', $$ values ('pgmq'::name), ('pg_cron'), ('pg_net') $$, 'the extensions are there');

-- Fila pgmq --------------------------------------------------------------------------------------------------------

-- @acceptance 003:11, 003:80-82
select is((select count(*) from pgmq.list_queues() where queue_name = 'publication_queue'), 1::bigint, 'the queue comes with Esteira');
-- @acceptance 003:14, 003:289
select is(
  (select count(*) from private.slots where lane = 'publication'), 5::bigint, 'and room for five at a time: Até 5 jobs simultâneos');
select tests.enable_tool('tiktok_video', 'publication', 2), tests.enable_tool('instagram_feed', 'publication', 2);
update public.tools set max_attempts = 4 where lane = 'publication'; -- as those have that ship
select tests.freeze('2030-01-01 00:00:00Z');
select tests.create_job('ana', 'film', 'tiktok_video'), tests.create_job('ana', 'picture', 'instagram_feed'), tests.create_job('bo', 'his', 'tiktok_video');
-- @acceptance 003:80-82
select lives_ok($$
SELECT pgmq.create('publication_queue');
$$, 'making it again does no harm');
select is((select count(*) from tests.messages('publication_queue')), 2::bigint, 'what is in it stays');

-- Tabela `publication_jobs` ------------------------------------------------------------------------------------------
--
-- publication_jobs is a view of jobs: it has these columns, and no table of its own.

select throws_ok($$
CREATE TABLE publication_jobs (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  user_id uuid NOT NULL REFERENCES auth.users(id) ON DELETE CASCADE,
  platform text NOT NULL CHECK (platform IN ('tiktok', 'facebook', 'instagram', 'youtube', 'threads', 'x', 'linkedin')),
  content jsonb NOT NULL,
  status text NOT NULL DEFAULT 'pending' CHECK (status IN ('pending', 'processing', 'completed', 'failed')),
  created_at timestamptz DEFAULT now(),
  started_at timestamptz,
  completed_at timestamptz,
  error_message text,
  retry_count integer DEFAULT 0,
  max_retries integer DEFAULT 3,
  platform_response jsonb,
  metadata jsonb DEFAULT '{}'::jsonb
);
$$, '42P07', null, 'publication_jobs is there already');
-- @acceptance 003:52-68, 003:64
select set_has(
  $$ select attname::text from pg_attribute where attrelid = 'publication_jobs'::regclass and attnum > 0 $$,
  $$ values ('id'), ('user_id'), ('platform'), ('content'), ('status'), ('created_at'), ('started_at'), ('completed_at'),
     ('error_message'), ('retry_count'), ('max_retries'), ('platform_response'), ('metadata') $$,
  'with every column of the document');
-- @acceptance 003:52-68, 003:55, 003:62, 003:63, 003:65
select set_eq(
  'select platform, content, status::text, retry_count::integer, max_retries, metadata from publication_jobs',
  $$ values ('tiktok', '{}'::jsonb, 'processing', 0, 3, '{}'::jsonb), ('instagram', '{}', 'processing', 0, 3, '{}'), ('tiktok', '{}', 'pending', 0, 3, '{}') $$,
  'and what they are meant to hold');
-- @acceptance 003:55
select tests.violates($$ insert into public.tools (tool, lane, titles) values ('myspace_post', 'publication', '{"en": "x"}') $$, 'publications_name_their_platform');
-- @acceptance 003:63, 003:290
select is(
  (select array_agg(distinct max_attempts - 1) from public.tools where lane = 'publication'), '{3}', 'three retries: Retry automático (3 tentativas)');
select tests.violates(
  'update public.jobs set user_id = gen_random_uuid() where true', 'a_job_stays_its_users');
delete from auth.users where id = tests.user_id('bo');
select is_empty($$ select * from publication_jobs where user_id = tests.user_id('bo') $$, 'a user''s jobs go with the user');
select tests.create_user('bo');
select tests.create_job('bo', 'his', 'tiktok_video');

-- RLS (Row Level Security) -------------------------------------------------------------------------------------------
--
-- A view has no policies; those of jobs hold. What each was for is checked below: a user sees their own; creates
-- through a function, which charges and checks, rather than by INSERT; and UPDATE … USING (true) would let every user
-- change every job.

select throws_ok($$
-- Usuários podem ver apenas seus próprios jobs
CREATE POLICY "Users can view own publication jobs" 
  ON publication_jobs FOR SELECT 
  USING (auth.uid() = user_id);
$$, '42809', null, 'no policy to see');
select throws_ok($$
-- Usuários podem criar jobs para si mesmos
CREATE POLICY "Users can insert own publication jobs" 
  ON publication_jobs FOR INSERT 
  WITH CHECK (auth.uid() = user_id);
$$, '42809', null, 'no policy to create');
select throws_ok($$
-- Sistema pode atualizar jobs (para processamento)
CREATE POLICY "System can update publication jobs" 
  ON publication_jobs FOR UPDATE 
  USING (true);
$$, '42809', null, 'no policy to update');

select tests.as_user('ana');
-- @acceptance 003:213-216, 003:274
select set_eq('select user_id from publication_jobs', array[tests.user_id('ana')], 'a user sees their own jobs alone');
-- @acceptance 003:218-221, 003:274
select throws_ok('insert into publication_jobs (id) values (gen_random_uuid())', '42501', null, 'and inserts none');
-- @acceptance 003:223-226, 003:274
select throws_ok('update publication_jobs set status = ''completed'' where true', '42501', null, 'nor updates any');
select tests.as_service();
-- @acceptance 003:218-221
select is(
  (select (public.create_job(tests.user_id('ana'), 'tiktok_video', '{"caption": "Legenda"}', p_idempotency_key => 'hers')).user_id),
  tests.user_id('ana'), 'what their author wanted: a function creates a job for the user who asked');
select tests.reset();
select lives_ok(
  $$ create policy "System can update publication jobs" on public.jobs for update using (true) $$, 'such a policy on the table');
select tests.as_user('ana');
-- @acceptance 003:223-226
select throws_ok('update public.jobs set status = ''completed'' where true', '42501', null, 'still lets nobody update: nothing is granted');
select tests.reset();
drop policy "System can update publication jobs" on public.jobs;

-- Métricas da Fila: Ver status atual da fila --------------------------------------------------------------------------

prepare metrics as
SELECT * FROM pgmq.metrics('publication_queue');
create temporary table metrics as execute metrics;
-- @acceptance 003:11, 003:234-235
select results_eq(
  'select queue_name, queue_length from metrics', $$ select 'publication_queue', count(*) from tests.messages('publication_queue') $$,
  'the queue holds what has been given a slot');
select cmp_ok((select count(*) from publication_jobs), '>', (select queue_length from metrics), 'what waits is not in it');

-- Métricas da Fila: Ver jobs por status ---------------------------------------------------------------------------------

prepare by_status as
SELECT status, COUNT(*) 
FROM publication_jobs 
WHERE created_at > now() - interval '1 hour'
GROUP BY status;
-- @acceptance 003:237-241
select set_eq('by_status', $$ values ('processing'::public.job_status, 2::bigint), ('pending', 2) $$, 'how many stand where');
update public.jobs set created_at = now() - interval '2 hours' where idempotency_key = 'film';
-- @acceptance 003:237-241
select set_eq('by_status', $$ values ('processing'::public.job_status, 1::bigint), ('pending', 2) $$, 'of the last hour');

-- Métricas da Fila: Ver jobs em processamento há muito tempo --------------------------------------------------------------

prepare stuck as
SELECT id, platform, started_at, now() - started_at as duration
FROM publication_jobs 
WHERE status = 'processing' 
  AND started_at < now() - interval '30 minutes';
select is_empty('stuck', 'nothing takes too long');
update public.jobs set started_at = now() - interval '31 minutes', deadline_at = now() - interval '1 minute' where idempotency_key = 'film';
-- @acceptance 003:243-247
select results_eq(
  'stuck', $$ select id, 'tiktok', started_at, interval '31 minutes' from tests.job('film') $$, 'what does is shown');

-- Jobs Presos em "processing": não ficam presos --------------------------------------------------------------------------

update public.jobs set max_attempts = 1 where idempotency_key = 'film';
select worker.reap();
-- @acceptance 003:13, 003:259-261, 003:293
select is((select status::text from publication_jobs where id = (tests.job('film')).id), 'failed', 'the reaper ends it');
select matches((select error_message from publication_jobs where id = (tests.job('film')).id), 'deadline', 'and says why');
select is_empty('stuck', 'then nothing takes too long any more');

-- Configurações do pg_cron -----------------------------------------------------------------------------------------------

-- @acceptance 003:44, 003:206, 003:207, 003:208
select set_has(
  'select schedule from cron.job', $$ values ('10 seconds'), ('*/5 * * * *'), ('0 2 * * *') $$,
  'every ten seconds, every five minutes, daily at two');

-- Performance: Ajuste frequência do pg_cron

select cron.alter_job(jobid, schedule := '30 seconds') from cron.job where jobname = 'esteira-tick';
-- @acceptance 003:281
select is(
  (select schedule from cron.job where jobname = 'esteira-tick'), '30 seconds', 'an operator changes how often the tick runs');

-- Próximos Passos ------------------------------------------------------------------------------------------------------

-- @acceptance 003:302
select is((select count(*) from ops.dead_letters), 1::bigint, 'Dead Letter Queue: what has failed for good is there');
update private.lanes set rate_limit = 1, rate_window = '1 hour' where lane = 'publication';
delete from private.starts where true;
select tests.create_job('ana', 'last', 'tiktok_video');
select tests.complete('picture');
-- @acceptance 003:267, 003:299
select is(tests.running(), '{hers,his}', 'Rate Limiting: one job starts');
select tests.complete('hers');
-- @acceptance 003:267, 003:299
select is(tests.running(), '{his}', 'and no second one in its window');

-- With connections ------------------------------------------------------------------------------------------------------
--
-- What is published with a connection of its user is a job of the same lane, and more: see the room publications.

update private.lanes set rate_limit = null, rate_window = null where lane = 'publication';
-- Before its commit thirty minutes are all; after it nothing but the platform's word makes it failed.
select tests.enable_publishing(5), tests.connect('ana', 'anas'), tests.connect('ana', 'hers', 'instagram');
select tests.freeze('2030-02-01 00:00:00Z');
select tests.publish('ana', 'stuck', 'anas'), tests.publish('ana', 'committed', 'hers', 'instagram_feed');
select tests.commit('committed');
select tests.freeze('2030-02-01 00:30:01Z');
select worker.reap();
-- @acceptance 003:13, 003:259-261, 003:293
select is((select error_code || ' ' || (tests.job('stuck')).refund from publication_jobs where id = (tests.job('stuck')).id), 'deadline_exceeded paid', 'thirty minutes in processing, and it is failed and paid back');
select tests.freeze('2030-02-01 00:35:01Z');
select worker.reap();
-- @acceptance 003:259-261
select is((select error_code || ' ' || (tests.job('committed')).refund from publication_jobs where id = (tests.job('committed')).id), 'outcome_unknown due', 'one that may be there is not said to have failed');
-- @acceptance 003:64
select is((select platform_response from publication_jobs where id = (tests.job('committed')).id), null, 'nothing was answered');
select tests.publish('ana', 'answered', 'anas');
select tests.commit('answered'), tests.take('answered');
-- @acceptance 003:64
select is((select platform_response from publication_jobs where id = (tests.job('answered')).id), '{"ok": true}', 'what the platform answers is kept');
select tests.as_user('ana');
-- @acceptance 003:64
select is((select count(platform_response) from publication_jobs), 0::bigint, 'and is not shown to owners');
select tests.reset();

-- Limpeza de jobs antigos: Diariamente às 2h ------------------------------------------------------------------------------

select tests.post('answered');
select tests.freeze('2031-02-02 00:00:00Z');
select private.clean_up();
-- @acceptance 003:208
select is((select array_agg(idempotency_key order by 1) from public.jobs where idempotency_key in ('answered', 'stuck', 'committed')), '{committed}', 'old ones go after a year, but for what nobody knows');
select public.resolve_publication((tests.job('committed')).id, 'there');

-- Próximos Passos, for these

-- @acceptance 003:294, 003:298
select is((select jsonb_path_query_array(ops.publication_metrics('9 years'), '$.options[*].option')), '["instagram_feed"]', 'Analytics Dashboard: the figures, by platform and option');
select tests.publish('ana', 'a', 'anas'), tests.publish('ana', 'b', 'anas'), tests.publish('ana', 'urgent', 'anas', p_priority => 9);
select tests.cancel('a');
-- @acceptance 003:300
select is(tests.line('anas'), 'urgent under way, b held (connection_busy)', 'Priority Queue: urgent ones go first');
update private.platforms set connection_post_limit = 1, connection_post_window = '1 hour' where platform = 'x';
select tests.commit('urgent'), tests.post('urgent');
-- @acceptance 003:267, 003:299
select is(tests.commit('b'), 'limited', 'Rate Limiting: for each platform and each account');
-- @acceptance 003:301
select is((select count(distinct group_id) from publication_jobs where connection_id = tests.connection_id('anas') and status <> 'cancelled'), 2::bigint, 'Batch Processing: what is enqueued together has a group, and its files are fetched once');
select tests.cancel('b');

select * from finish();
rollback;
