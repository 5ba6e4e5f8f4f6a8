-- Every SQL statement of document 002, word for word, with the heading it stands under. Where a statement cannot work
-- here, or should not, the test shows that it does not, and what gives its author what they wanted.
begin;
select plan(20);

select tests.create_user('ana'), tests.create_user('bo');
select tests.enable_tool('image', 'kie', 3);
select tests.freeze('2030-01-01 00:00:00Z');
select tests.create_job('ana', 'one', 'image');

-- Enhanced Logging System: Database Trigger Logging ------------------------------------------------------------------
--
-- As it is printed, with one dollar sign, it does not parse. With two it can be made, and then: it shows each listener
-- the whole row, and it says SUCCESS when the broadcast was lost, for realtime.send reports no failure.

create temporary table written as select $document$
-- Enhanced trigger with detailed logging
CREATE OR REPLACE FUNCTION fal_jobs_broadcast_trigger()
RETURNS TRIGGER
SECURITY DEFINER
LANGUAGE plpgsql
AS $
DECLARE
  v_user_id text;
  v_topic text;
  v_operation text;
  v_job_id text;
  v_broadcast_result boolean;
BEGIN
  v_user_id := COALESCE(NEW.user_id, OLD.user_id);
  v_topic := 'fal_jobs:' || v_user_id;
  v_operation := TG_OP;
  v_job_id := COALESCE(NEW.id, OLD.id);
  
  -- Log broadcast attempt
  RAISE LOG '[REALTIME] fal_jobs trigger: topic=%, operation=%, job_id=%, timestamp=%',
    v_topic, v_operation, v_job_id, NOW();
  
  BEGIN
    -- Attempt broadcast
    PERFORM realtime.broadcast_changes(
      v_topic,
      v_operation,
      v_operation,
      TG_TABLE_NAME,
      TG_TABLE_SCHEMA,
      NEW,
      OLD
    );
    
    v_broadcast_result := true;
    RAISE LOG '[REALTIME] fal_jobs broadcast SUCCESS: topic=%, job_id=%',
      v_topic, v_job_id;
      
  EXCEPTION WHEN OTHERS THEN
    v_broadcast_result := false;
    RAISE WARNING '[REALTIME] fal_jobs broadcast FAILED: topic=%, job_id=%, error=%, detail=%',
      v_topic, v_job_id, SQLERRM, SQLSTATE;
  END;
  
  RETURN COALESCE(NEW, OLD);
END;
$;
$document$ as sql;
-- @acceptance 002:98-146
select throws_ok((select sql from written), '42601', null, 'as it is printed, the trigger function does not parse');
select lives_ok((select replace(sql, '$;', '$$;') from (select replace(sql, 'AS $', 'AS $$') as sql from written) w), 'with its dollar signs it can be made');
select throws_ok(
  'create trigger t after update on fal_jobs for each row execute function fal_jobs_broadcast_trigger()', '42809', null,
  'a view has no row triggers after the fact');
create trigger fal_jobs_broadcast_trigger after update on public.jobs for each row execute function fal_jobs_broadcast_trigger();
select tests.submit('one', 'kie-1');
select ok(
  (select bool_and(payload -> 'record' ?& array['input', 'step_history', 'idempotency_key']) from realtime.messages where topic like 'fal_jobs:%'),
  'on the table behind it, it sends all of the row');
-- @acceptance 002:33, 002:352-386, 002:357, 002:358, 002:381-385
select results_eq(
  $$ select event, payload ->> 'type', payload #>> '{new,id}', payload #>> '{old,current_step}', payload #>> '{new,request_id}',
       payload #>> '{_debug,triggerName}', payload #>> '{new,input}'
     from realtime.messages where topic = 'jobs:' || tests.user_id('ana') order by payload #>> '{new,version}' desc limit 1 $$,
  $$ select 'UPDATE', 'UPDATE', id::text, 'starting', 'kie-1', 'jobs_broadcast_trigger', null from tests.job('one') $$,
  'what its author wanted: ours sends what has changed, in the shape of the document''s JobUpdatePayload, and no input');

-- The table is the platform's: postgres may not alter it, but may put a trigger on it.
create function pg_temp.refuse() returns trigger language plpgsql as $$ begin raise exception 'nothing gets in'; end $$;
create trigger nothing_gets_in before insert on realtime.messages
  for each row when (current_setting('tests.nothing_gets_in', true) = 'yes') execute function pg_temp.refuse();
set local tests.nothing_gets_in = 'yes';
select worker.progress(id, (tests.attempt('one')).token, 10::smallint) from tests.job('one');
-- @acceptance 002:98-146
select is(
  (select count(*) from realtime.messages where topic like 'fal_jobs:%'), 2::bigint,
  'a broadcast that is swallowed is lost, and the document''s trigger has logged SUCCESS');
-- @acceptance 002:139-140
select results_eq(
  'select topic, event, row_id from private.broadcast_failures',
  $$ select 'jobs:' || user_id, 'UPDATE', id from tests.job('one') $$,
  'ours leaves a row that says so');
set local tests.nothing_gets_in = 'no';
drop trigger fal_jobs_broadcast_trigger on public.jobs;
drop function fal_jobs_broadcast_trigger();

-- Error Handling: Database Trigger Errors ----------------------------------------------------------------------------
--
-- A sketch rather than a statement: the arguments are left out. What it wants, that a broadcast never fails the write
-- and that its failure is kept in a table, has just been shown.

select throws_ok($$
-- Wrap broadcast in exception handler
BEGIN
  PERFORM realtime.broadcast_changes(...);
  RAISE LOG '[REALTIME] Broadcast successful';
EXCEPTION WHEN OTHERS THEN
  -- Log but don't fail transaction
  RAISE WARNING '[REALTIME] Broadcast failed: %, %', SQLERRM, SQLSTATE;
  -- Could insert into error log table here
END;
$$, '42601', null, 'the exception handler is a sketch');
-- @acceptance 002:434-446
select is((tests.job('one')).progress, 10::smallint, 'what its author wanted: the write went through');

-- Diagnostic Queries: Check if triggers exist --------------------------------------------------------------------------

prepare triggers as
SELECT 
  tgname as trigger_name,
  tgrelid::regclass as table_name,
  proname as function_name
FROM pg_trigger t
JOIN pg_proc p ON t.tgfoid = p.oid
WHERE tgname LIKE '%broadcast%';
create temporary table found as execute triggers;
-- @acceptance 002:33, 002:515-523
select set_has(
  'select trigger_name::text, table_name::text from found',
  $$ values ('jobs_broadcast_trigger', 'jobs'), ('new_jobs_broadcast_trigger', 'jobs'), ('projects_broadcast_trigger', 'projects') $$,
  'jobs and projects are announced');

-- Diagnostic Queries: Check recent fal_jobs ----------------------------------------------------------------------------

select tests.freeze('2030-01-01 00:01:00Z');
select tests.create_job('bo', 'two', 'image');
select tests.complete('one');
prepare recent as
SELECT 
  id,
  request_id,
  user_id,
  status,
  created_at,
  completed_at
FROM fal_jobs
ORDER BY created_at DESC
LIMIT 10;
-- @acceptance 002:525-535
select results_eq('recent', $$
  values ((tests.job('two')).id, null, tests.user_id('bo'), 'pending', '2030-01-01 00:01:00Z'::timestamptz, null::timestamptz),
         ((tests.job('one')).id, 'kie-1', tests.user_id('ana'), 'completed', '2030-01-01 00:00:00Z', '2030-01-01 00:01:00Z') $$,
  'a DBA sees the latest jobs of everybody');
select tests.as_user('ana');
select results_eq('select user_id from fal_jobs', array[tests.user_id('ana')], 'a user their own');
select tests.reset();
select tests.create_job('bo', 'more ' || n, 'image') from generate_series(1, 12) n;
create temporary table latest as execute recent;
-- @acceptance 002:525-535
select is((select count(*) from latest), 10::bigint, 'ten at the most');

-- Diagnostic Queries: Check recent project updates ----------------------------------------------------------------------

select tests.create_project('ana', 'canvas', '{n1}'), tests.create_project('bo', 'empty', '{n1}');
select tests.enable_tool('image', 'kie', 30);
update public.tools set effect = 'project_node' where tool = 'image';
select public.create_job(
  tests.user_id('ana'), 'image', '{}', p_idempotency_key => 'for the node',
  p_metadata => jsonb_build_object('projectId', tests.project_id('canvas'), 'nodeId', 'n1'));
select tests.freeze('2030-01-01 00:02:00Z');
select private.dispatch('kie');
select tests.complete('for the node');
select tests.commit();
prepare projects as
SELECT 
  id,
  user_id,
  updated_at,
  (content->'nodes'->0->'data'->'generated'->>'url') as first_node_image
FROM project
ORDER BY updated_at DESC
LIMIT 10;
create temporary table projects as execute projects;
-- @acceptance 002:537-545
select results_eq(
  'select * from projects where id = tests.project_id(''canvas'')',
  $$ values (tests.project_id('canvas'), tests.user_id('ana'), '2030-01-01 00:02:00Z'::timestamptz, 'https://example.test/a.png') $$,
  'the image is on its node');
select is((select first_node_image from projects where id = tests.project_id('empty')), null, 'and on no other');
select tests.as_user('ana');
select results_eq('select user_id from project', array[tests.user_id('ana')], 'a user sees their own projects');
select tests.reset();

-- Diagnostic Queries: Check realtime messages (if accessible) --------------------------------------------------------------
--
-- On Supabase the column is inserted_at; and the topics are jobs:{user_id}, one for all tools of a user.

-- @acceptance 002:547-556
select throws_ok($$
SELECT 
  topic,
  event,
  created_at
FROM realtime.messages
WHERE topic LIKE 'fal_jobs:%' OR topic LIKE 'project:%'
ORDER BY created_at DESC
LIMIT 20;
$$, '42703', null, 'realtime.messages has no created_at');
-- @acceptance 002:547-556
select set_eq(
  $$ select topic, event from realtime.messages
     where (topic like 'jobs:%' or topic like 'project:%') and payload #>> '{new,id}' in ((tests.job('one')).id::text, (tests.job('two')).id::text)
     order by inserted_at desc limit 20 $$,
  $$ values ('jobs:' || tests.user_id('ana'), 'INSERT'), ('jobs:' || tests.user_id('ana'), 'UPDATE'),
            ('jobs:' || tests.user_id('bo'), 'INSERT'), ('jobs:' || tests.user_id('bo'), 'UPDATE') $$,
  'what its author wanted: by inserted_at, and by our topics, the broadcasts are there');
select tests.as_user('bo');
select set_config('realtime.topic', 'jobs:' || tests.user_id('ana'), true);
select is_empty('select * from realtime.messages', 'others do not see them');
select set_config('realtime.topic', 'jobs:' || tests.user_id('bo'), true);
select isnt_empty('select * from realtime.messages', 'their user does');
select tests.reset();

select * from finish();
rollback;
