-- Document 000, "Possíveis Causas" and "Passos para Diagnóstico": each cause is made, and what comes back names it, in
-- both languages. The clock runs here: broadcasts bear the database's own time.
begin;
select plan(31);
set local client_min_messages = error;
select tests.enable_pull(4);
select tests.create_user('ana');

create function pg_temp.code(p_key text) returns text language sql as $$
  select w.code from public.why((tests.job(p_key)).id) w where w.rank = 1
$$;
create function pg_temp.words(p_key text, p_language text) returns text language sql as $$
  select w.words ->> p_language from public.why((tests.job(p_key)).id) w where w.rank = 1
$$;
create function pg_temp.repair(p_key text) returns text language sql as $$
  select (ops.repair(evidence ->> 'check')).verdict from ops.diagnose((tests.job(p_key)).id) where rank = 1
$$;
select tests.create_job('ana', 'one'), tests.claim('w1', 1), tests.beat('one');
select is(pg_temp.code('one'), 'provider_running', 'while all is well the job runs, and that is all');

-- 1. Políticas RLS bloqueando atualizações: of updates of rows and of what people may read of them.
-- @acceptance 000:9-13, 000:38-49
select throws_ok(format($$ select worker.heartbeat(%L, gen_random_uuid(), 50::smallint) $$, (tests.job('one')).id), 'PT409', null,
  'no policy blocks a worker outside; a token that is not its own does');
do $$ declare r record; begin
  for r in select policyname from pg_policies where schemaname = 'public' and tablename = 'jobs' loop
    execute format('drop policy %I on public.jobs', r.policyname);
  end loop;
end $$;
-- @acceptance 000:84-88
select is(pg_temp.code('one'), 'rows_unreadable', 'no policy lets its owner read it');
select matches(pg_temp.words('one', 'en'), '^Your screen cannot read your jobs', 'in English');
select matches(pg_temp.words('one', 'pt-BR'), '^Sua tela não consegue ler seus trabalhos', 'and in Portuguese');
select is(pg_temp.repair('one'), 'ok', 'its repair mends it');

-- 2. Tabela não está na publicação do Realtime; 4. Realtime habilitado: here triggers tell of changes.
alter table public.jobs disable trigger jobs_broadcast_trigger;
-- @acceptance 000:27-36, 000:51-55, 000:90-96
select is(pg_temp.code('one'), 'trigger_missing', 'nothing tells of changes');
select matches(pg_temp.words('one', 'en'), '^Your screen does not learn of changes', 'in English');
select matches(pg_temp.words('one', 'pt-BR'), '^Sua tela não está recebendo as mudanças', 'and in Portuguese');
select is(pg_temp.repair('one'), 'ok', 'its repair mends it');
create function pg_temp.refuse() returns trigger language plpgsql as $$ begin raise exception 'no partition'; end $$;
create trigger nothing_gets_in before insert on realtime.messages
  for each row when (current_setting('tests.nothing_gets_in', true) = 'yes') execute function pg_temp.refuse();
set local tests.nothing_gets_in = 'yes';
select tests.beat('one', null, 40);
set local tests.nothing_gets_in = 'no';
select is(pg_temp.code('one'), 'broadcast_swallowed', 'what tells of changes cannot be written');
select matches(pg_temp.words('one', 'en'), '^Your screen was not told', 'in English');
select matches(pg_temp.words('one', 'pt-BR'), '^Sua tela não foi avisada', 'and in Portuguese');
-- @acceptance 000:81-82
select is((tests.job('one')).progress, 40::smallint, 'the row has changed: it is Realtime''s');
select tests.beat('one', null, 45);
select is(pg_temp.code('one'), 'provider_running', 'the next one tells the screens to read anew');

-- 3. Verificar se o Trigger.dev está realmente atualizando: rows that do not change are the worker's.
select tests.age('one', '3 minutes');
-- @acceptance 000:38-49, 000:74-79, 000:81-82
select is(pg_temp.code('one'), 'lease_lost', 'its worker is not heard of');
select is((tests.verdict('one', 'broadcast_swallowed')).ruled_out, true, 'Realtime is ruled out');
select matches(pg_temp.words('one', 'en'), 'has gone silent', 'in English');
select matches(pg_temp.words('one', 'pt-BR'), 'parou de responder', 'and in Portuguese');
select tests.beat('one');
select tests.create_job('ana', 'two');
select is(pg_temp.code('two'), 'not_claimed', 'no worker has come for it');
select matches(pg_temp.words('two', 'en'), 'begins as soon as a worker takes it', 'in English');
select matches(pg_temp.words('two', 'pt-BR'), 'começa assim que for assumido', 'and in Portuguese');

-- 5. Verificar se o frontend está conectado corretamente: may it listen, and does it?
drop policy "users listen to their own jobs" on realtime.messages;
-- @acceptance 000:57-62
select is(pg_temp.code('one'), 'topic_policy_missing', 'it may not listen');
select matches(pg_temp.words('one', 'en'), '^Your screen may not listen', 'in English');
select matches(pg_temp.words('one', 'pt-BR'), '^Sua tela não tem permissão para ouvir', 'and in Portuguese');
select is(pg_temp.repair('one'), 'ok', 'its repair mends it');
update public.tools set settings = '{}' where tool = 'echo';
select worker.complete((tests.job('one')).id, (tests.attempt('one')).token, '{"files": []}', null, '{}');
select tests.as_user('ana');
select public.report_delivery(jsonb_build_array(jsonb_build_object('channel', 'poll', 'changes', 3, 'terminal', 1,
  'missed', 0, 'late', array_fill(0, array[12]), 'late_max_ms', 0)));
select tests.reset();
select is(pg_temp.code('one'), 'not_delivered', 'it only asks: nothing is live');
select matches(pg_temp.words('one', 'en'), '^Your screens learn of changes late', 'in English');
select matches(pg_temp.words('one', 'pt-BR'), '^Suas telas estão recebendo as mudanças com atraso', 'and in Portuguese');

-- Solução Rápida: one script repairs, and lists all policies.
-- @acceptance 000:15, 000:98-104
select is_empty($$ select check_name from ops.realtime_doctor() where verdict = 'error' and repair_sql is not null $$,
  'nothing is left to repair');
select isnt_empty($$ select policyname from ops.realtime_policies() where tablename = 'jobs' $$, 'and the policies are listed');
select * from finish();
rollback;
