-- Document 001, "Soluções por Cenário": each of the five is made, and what comes back names it, in both languages. A model
-- is trained; its screen learns by SSE, which tells what is broadcast. The clock runs: broadcasts bear the database's time.
begin;
select plan(29);
set local client_min_messages = error;
select tests.enable_effect('model', 6);
select tests.create_user('ana');
create function pg_temp.refuse() returns trigger language plpgsql as $$ begin raise exception 'nothing gets in'; end $$;
create trigger nothing_gets_in before insert on realtime.messages
  for each row when (strpos(current_setting('tests.nothing_gets_in', true), new.event) > 0) execute function pg_temp.refuse();

-- Cenário 1: the webhook does not arrive, and the model stays in TRAINING.
select tests.create_job('ana', 'lost'), tests.submit('lost', 'tune-1'), tests.commit();
select tests.pace('echo', '40 seconds', '60 seconds');
select tests.age('lost', '90 seconds');
-- @acceptance 001:48-51, 001:134-143
select is(tests.named('lost'), 'webhook_overdue', 'the callback is missed');
select is((tests.model('lost')).status, 'TRAINING', 'and the model is in training');
select matches(tests.why('lost', 'en'), 'not heard of your job as soon as usual', 'in English');
select matches(tests.why('lost', 'pt-BR'), 'não tivemos notícias do seu trabalho no tempo de costume', 'and in Portuguese');
select is((tests.verdict('lost', 'webhook_refused')).ruled_out, true, 'none came that was refused');
-- It comes, and is refused: the address is right and the key is not.
select worker.webhook_refused('echo', (tests.job('lost')).id, 'bad_signature');
select is(tests.named('lost'), 'webhook_refused', 'a callback that comes and is not believed');
select matches(tests.why('lost', 'en'), 'could not be believed', 'in English');
select matches(tests.why('lost', 'pt-BR'), 'não são confiáveis', 'and in Portuguese');

-- Cenário 2: the webhook arrives, the model is READY, and nothing is told.
select tests.create_job('ana', 'ready'), tests.submit('ready', 'tune-2'), tests.commit();
set local tests.nothing_gets_in = 'model_status_changed';
select tests.complete('ready'), tests.commit();
set local tests.nothing_gets_in = '';
-- @acceptance 001:147-156
select is((tests.model('ready')).status, 'READY', 'the model is ready in the database');
select is(tests.named('ready'), 'broadcast_swallowed public.ai_models', 'its broadcast could not be written');
select is((select evidence ->> 'message' from ops.diagnose((tests.job('ready')).id) where rank = 1), 'nothing gets in', 'and why');
select matches(tests.why('ready', 'en'), '^Your screen was not told', 'in English');
select matches(tests.why('ready', 'pt-BR'), '^Sua tela não foi avisada', 'and in Portuguese');
select is((select count(*) from ops.diagnose((tests.job('ready')).id)
  where ruled_out and code = 'broadcast_swallowed' and subject = 'public.jobs'), 1::bigint, 'that of its job was');
alter table public.ai_models disable trigger ai_models_broadcast_trigger;
select is(tests.named('ready'), 'trigger_missing public.ai_models', 'nothing tells of models at all');
select is(tests.mended('ready'), 'ok', 'its repair mends it');
update public.ai_models set name = 'Ana' where true;
select is(tests.named('ready'), 'completed', 'the next change is told, and tells what was missed');

-- Cenário 3: SSE does not connect, so the screen polls. Cenário 4: it is connected, and hears nothing.
select tests.as_user('ana'), tests.report_delivery('poll', 4);
select tests.reset();
-- @acceptance 001:160-169
select is(tests.named('ready'), 'not_delivered jobs:' || left(tests.user_id('ana')::text, 8) || '…', 'nothing is live');
select matches((tests.verdict('ready', 'not_delivered')).detail, 'no live connection', 'and that is said');
select matches(tests.why('ready', 'en'), '^Your screens learn of changes late', 'in English');
select matches(tests.why('ready', 'pt-BR'), '^Suas telas estão recebendo as mudanças com atraso', 'and in Portuguese');
select tests.as_user('ana'), tests.report_delivery('sse', 2, 2);
select tests.reset();
-- @acceptance 001:173-182
select matches((tests.verdict('ready', 'not_delivered')).detail, 'missed 2 of 6 changes while they believed that they were live',
  'live, and nothing is heard');
drop policy "users listen to their own jobs" on realtime.messages;
select is(tests.named('ready'), 'topic_policy_missing jobs:', 'because nobody may listen');
select matches(tests.why('ready', 'en'), '^Your screen may not listen', 'in English');
select matches(tests.why('ready', 'pt-BR'), '^Sua tela não tem permissão para ouvir', 'and in Portuguese');
select is(tests.mended('ready'), 'ok', 'its repair mends it');

-- Cenário 5: it is heard, and the page does not show it. That SQL cannot see; it says that all before it is well.
select tests.as_user('ana'), tests.report_delivery('sse', 94);
select tests.reset();
-- @acceptance 001:186-195
select is(tests.named('ready'), 'completed', 'nothing is wrong up to the screen');
select is((tests.verdict('ready', 'not_delivered')).ruled_out, true, 'it was heard');
select matches((tests.verdict('ready', 'not_delivered')).detail, '96 of them live. If one shows them not, look at the app', 'so look at the app');
select * from finish();
rollback;
