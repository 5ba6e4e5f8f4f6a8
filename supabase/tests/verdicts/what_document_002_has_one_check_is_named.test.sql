-- Document 002, "Pontos de Falha Potenciais": each link of both chains that SQL can see is broken, and what comes back names
-- it, in both languages. The clock runs: broadcasts bear the database's own time.
begin;
select plan(40);
set local client_min_messages = error;
select tests.create_user('ana'), tests.create_project('ana', 'canvas', '{n1}');
select tests.enable_effect('project_node', 9);
create function pg_temp.refuse() returns trigger language plpgsql as $$ begin raise exception 'nothing gets in'; end $$;
create trigger nothing_gets_in before insert on realtime.messages
  for each row when (strpos(current_setting('tests.nothing_gets_in', true), new.event) > 0) execute function pg_temp.refuse();
create function pg_temp.in_words(p_key text, p_en text, p_pt text) returns setof text language sql as $$
  select matches(tests.why(p_key, 'en'), p_en, 'in English') union all
  select matches(tests.why(p_key, 'pt-BR'), p_pt, 'and in Portuguese')
$$;

-- Problema 1: the queue is not updated.
-- Etapa 2: the job is not in the database.
-- @acceptance 002:77-90
select throws_ok($$ select ops.diagnose(gen_random_uuid()) $$, 'PT404', null, '2: a job that is not there is none');
select tests.create_node_job('ana', 'one', 'canvas', 'n1'), tests.commit();
select is(tests.named('one'), 'submitting', 'one that is there is on its way');

-- Etapa 3: the trigger does not fire.
drop trigger new_jobs_broadcast_trigger on public.jobs;
-- @acceptance 002:77-90
select is(tests.named('one'), 'trigger_missing public.jobs', '3: the trigger is gone');
select pg_temp.in_words('one', '^Your screen does not learn', '^Sua tela não está recebendo');
select is(tests.mended('one'), 'ok', 'its repair mends it');
select tests.commit();
alter table public.jobs disable trigger jobs_broadcast_trigger;
select tests.submit('one', 'task-1');
select tests.commit();
alter table public.jobs enable trigger jobs_broadcast_trigger;
select is(tests.named('one'), 'not_announced public.jobs', '3: it did not fire, and is there again');
select pg_temp.in_words('one', 'shows by itself with the next one', 'aparece sozinha com a próxima');

-- Etapa 4: broadcast_changes fails.
set local tests.nothing_gets_in = 'UPDATE';
select tests.complete('one'), tests.commit();
set local tests.nothing_gets_in = '';
select is((select string_agg(code || ' ' || subject, ', ' order by rank) from ops.diagnose((tests.job('one')).id)
    where code = 'broadcast_swallowed' and not ruled_out),
  'broadcast_swallowed public.jobs, broadcast_swallowed public.projects', '4 and 9: neither could be written');
select is(tests.named('one'), 'broadcast_swallowed public.jobs', '4: that of the job first');
select pg_temp.in_words('one', '^Your screen was not told', '^Sua tela não foi avisada');

-- Etapa 5: the WebSocket does not deliver. Etapa 6: the client is not subscribed.
select tests.create_node_job('ana', 'two', 'canvas', 'n1'), tests.commit();
select tests.submit('two', 'task-2'), tests.complete('two'), tests.commit();
select is(tests.named('two'), 'completed', 'what is told of again is well');
select tests.as_user('ana'), tests.report_delivery('realtime', 4, 3);
select tests.reset();
select matches((tests.verdict('two', 'not_delivered')).detail, 'missed 3 of 4 changes', '5: it is not delivered');
select is((tests.verdict('two', 'not_delivered')).rank, 1, 'and nothing else is wrong');
select pg_temp.in_words('two', '^Your screens learn of changes late', 'recebendo as mudanças com atraso');
delete from private.deliveries where true;
select tests.as_user('ana'), tests.report_delivery('poll', 4);
select tests.reset();
select matches((tests.verdict('two', 'not_delivered')).detail, 'no live connection', '6: the client is not subscribed');
drop policy "users listen to their own jobs" on realtime.messages;
select is(tests.named('two'), 'topic_policy_missing jobs:', '6: the client may not subscribe');
select is(tests.mended('two'), 'ok', 'its repair mends it');

-- Etapa 7: React.
delete from private.deliveries where true;
select tests.as_user('ana'), tests.report_delivery('realtime', 9);
select tests.reset();
select is((tests.verdict('two', 'not_delivered')).ruled_out, true, '7: what was heard and is not shown is the app''s');

-- Problema 2: the image does not appear on its node.
-- Etapa 7: the project is not updated.
select tests.create_node_job('ana', 'gone', 'canvas', 'n9'), tests.commit();
select tests.submit('gone', 'task-3'), tests.complete('gone'), tests.commit();
select is(tests.named('gone'), 'node_missing', '7: there is no such node');
select pg_temp.in_words('gone', 'not there any more', 'não existe mais');
update public.job_effects set outcome = 'failed', message = 'it is locked' where job_id = (tests.job('two')).id;
select is(tests.named('two'), 'effect_failed', '7: it could not be written to it');
select pg_temp.in_words('two', 'could not be shown where it belongs', 'não pôde ser mostrado no lugar dele');
update public.job_effects set outcome = 'pending', message = null where job_id = (tests.job('two')).id;
select is(tests.named('two'), 'effect_pending', '7: it is not yet');
select pg_temp.in_words('two', 'about to be shown', 'logo será mostrado');
update public.job_effects set outcome = 'applied' where job_id = (tests.job('two')).id;

-- Etapa 8: its trigger does not fire. Etapa 9: its broadcast fails. Etapa 10: nobody may listen.
alter table public.projects disable trigger projects_broadcast_trigger;
select is(tests.named('two'), 'trigger_missing public.projects', '8: the trigger of projects is off');
select is(tests.mended('two'), 'ok', 'its repair mends it');
set local tests.nothing_gets_in = 'UPDATE';
update public.projects set name = 'renamed' where true;
set local tests.nothing_gets_in = '';
select is(tests.named('two'), 'broadcast_swallowed public.projects', '9: what tells of the project could not be written');
update public.projects set name = 'again' where true;
select is(tests.named('two'), 'completed', 'the next one is');
drop policy "users listen to their own projects" on realtime.messages;
select is(tests.named('two'), 'topic_policy_missing project:', '10: nobody may listen to projects');
select is(tests.mended('two'), 'ok', 'its repair mends it');
-- Etapa 11 and 12: the cache and React; as far as SQL sees, all is well.
select is(tests.named('two'), 'completed', '11 and 12: nothing is wrong up to the screen');

-- Diagnostic Queries: do triggers exist; what was told of late.
-- @acceptance 002:515-523, 002:547-556
select is_empty($$ select check_name from ops.realtime_doctor() where verdict = 'error' and check_name <> 'broadcasts' $$,
  'the doctor finds no more');
select matches((select detail from ops.realtime_doctor() where check_name = 'broadcasts'), 'were lost to somebody', 'but what was lost');
select * from finish();
rollback;
