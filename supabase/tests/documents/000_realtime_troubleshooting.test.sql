-- Every SQL statement of document 000, word for word, with the heading it stands under. Where a statement cannot work
-- here, or should not, the test shows that it is refused, and what gives its author what they wanted.
begin;
select plan(26);

select tests.create_user('ana'), tests.create_user('stranger');
select private.create_lane('outside', 'outside', 'pull');
select tests.enable_tool('training', 'outside');
select tests.freeze('2030-01-01 00:00:00Z');
select tests.create_job('ana', 'one', 'training');
create temporary table job as select id from tests.job('one');
grant select on job to authenticated, service_role;

-- 1. Políticas RLS bloqueando atualizações do Prisma ---------------------------------------------------------------
--
-- ai_jobs is a view, and views have no policies. A policy that lets everybody update every job would be wrong anyhow:
-- USING (true) without a role is for signed-in users too. Workers outside write through functions, with a secret key
-- and the token of their attempt, and no policy stands in their way.

select lives_ok($$
-- Remover política antiga
DROP POLICY IF EXISTS "Service can update ai_jobs" ON ai_jobs;
$$, 'DROP POLICY IF EXISTS: there is none, and nothing happens');
-- @acceptance 000:17-25
select throws_ok($$
-- Criar política que permite atualizações diretas
CREATE POLICY "Allow direct database updates" ON ai_jobs
  FOR UPDATE
  USING (true)
  WITH CHECK (true);
$$, '42809', null, 'CREATE POLICY: a view cannot be given one');

select lives_ok(
  $$ create policy "Allow direct database updates" on public.jobs for update using (true) with check (true) $$,
  'on the table behind it such a policy can be made');
select tests.as_user('stranger');
-- @acceptance 000:17-25
select throws_ok('update public.jobs set progress = 99 where true', '42501', null, 'and still lets nobody update: nothing is granted');
select tests.as_user('ana');
-- @acceptance 000:9-13
select throws_ok('update ai_jobs set progress = 99 where true', '42501', null, 'nor through the view, be it one''s own job');
select tests.reset();
drop policy "Allow direct database updates" on public.jobs;

select tests.submit('one', 'run-1');
create temporary table before as select version from tests.job('one');
select tests.freeze('2030-01-01 00:01:00Z');
create temporary table token as select token from tests.attempt('one');
grant select on token to service_role;
select tests.as_service();
-- @acceptance 000:9-13
select is(
  (select worker.progress(job.id, token.token, 30::smallint) from job, token), true,
  'what its author wanted: a worker outside updates the job, without any user''s token');
select tests.reset();

-- 2. Tabela não está na publicação do Realtime ---------------------------------------------------------------------
--
-- A view cannot be in a publication. Changes are broadcast by a trigger on the table behind it instead.

-- @acceptance 000:27-36
select throws_ok($$
ALTER PUBLICATION supabase_realtime ADD TABLE ai_jobs;
$$, '22023', null, 'ALTER PUBLICATION: a view is not replicated');
-- @acceptance 000:27-36, 000:81-82
select results_eq(
  $$ select event, payload #>> '{new,id}', payload #>> '{new,progress}', private from realtime.messages
     where topic = 'jobs:' || tests.user_id('ana') order by (payload #>> '{new,version}')::integer desc limit 1 $$,
  $$ select 'UPDATE', id::text, '30', true from job $$,
  'what its author wanted: the update was announced to the job''s owner');

-- Passos para Diagnóstico, 2. Verificar no banco de dados ------------------------------------------------------------

select throws_ok($$
   SELECT id, status, progress, updated_at 
   FROM ai_jobs 
   WHERE id = 'seu-job-id'
   ORDER BY updated_at DESC;
$$, '22P02', null, 'seu-job-id stands for an id, which is a uuid');
create function pg_temp.look() returns table (id uuid, status text, progress smallint, updated_at timestamptz) language plpgsql as $look$
begin
  return query execute replace($$
   SELECT id, status, progress, updated_at 
   FROM ai_jobs 
   WHERE id = 'seu-job-id'
   ORDER BY updated_at DESC;
$$, 'seu-job-id', (select job.id from job)::text);
end
$look$;
-- @acceptance 000:74-79, 000:81-82
select results_eq(
  'select * from pg_temp.look()', $$ select id, 'PROCESSING', 30::smallint, '2030-01-01 00:01:00Z'::timestamptz from job $$,
  'a DBA sees the status, the progress and when it last changed');
select tests.as_user('ana');
select results_eq('select status from pg_temp.look()', array['PROCESSING'], 'so does its owner');
select tests.as_user('stranger');
select is_empty('select * from pg_temp.look()', 'a stranger does not');
select tests.reset();

-- 3. Verificar políticas RLS -----------------------------------------------------------------------------------------

-- @acceptance 000:84-88
select is_empty($$
   SELECT * FROM pg_policies WHERE tablename = 'ai_jobs';
$$, 'ai_jobs has no policies of its own: those of the table hold, for it looks as whoever asks');
select is(
  (select reloptions::text from pg_class where oid = 'ai_jobs'::regclass), '{security_invoker=true}', 'as its options say');
select is(
  (select string_agg(cmd || ' ' || roles::text, '; ' order by roles) from pg_policies where schemaname = 'public' and tablename = 'jobs'),
  'SELECT {authenticated}; SELECT {esteira_admin}',
  'on the table there are two policies, to read: for owners and for admins; none to update, with USING (true) or without');

-- 4. Verificar publicação Realtime -----------------------------------------------------------------------------------

-- @acceptance 000:51-55, 000:90-96
select is_empty($$
   SELECT * FROM pg_publication_tables 
   WHERE pubname = 'supabase_realtime' 
   AND tablename = 'ai_jobs';
$$, 'no row: nothing is replicated to clients');
-- @acceptance 000:51-55, 000:90-96
select ok(
  exists (select from pg_trigger where tgrelid = 'public.jobs'::regclass and tgname = 'jobs_broadcast_trigger' and tgenabled = 'O'),
  'what its author wanted to know: the trigger that announces changes is there and enabled');
select is(
  (select count(*) from pg_policies where schemaname = 'realtime' and tablename = 'messages' and 'authenticated' = any (roles)
     and qual like '%jobs:%'), 1::bigint, 'and a policy lets owners listen');

-- Após Corrigir: O status deve mudar de PENDING → STARTED → PROCESSING → COMPLETED ---------------------------------------

select tests.create_job('ana', 'two', 'training');
truncate job;
insert into job select id from tests.job('two');
select is((select status from pg_temp.look()), 'PENDING', 'PENDING');
select tests.complete('one');
select is((select status from pg_temp.look()), 'PENDING', 'still PENDING until a worker has it');
select tests.submit('two', 'run-2');
select is((select status from pg_temp.look()), 'STARTED', '→ STARTED');
select worker.progress(id, (tests.attempt('two')).token, 60::smallint) from tests.job('two');
select is((select status from pg_temp.look()), 'PROCESSING', '→ PROCESSING');
select is((select progress from pg_temp.look()), 60::smallint, 'with its progress');
select tests.complete('two');
select is((select status from pg_temp.look()), 'COMPLETED', '→ COMPLETED');
select is((select progress from pg_temp.look()), 100::smallint, 'all of it');
-- @acceptance 000:111
select is(
  (select count(distinct payload #>> '{new,version}') from realtime.messages where payload #>> '{new,id}' = (select id::text from job)),
  (select version::bigint from tests.job('two')), 'and every change was announced');

select * from finish();
rollback;
