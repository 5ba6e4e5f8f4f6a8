-- @acceptance 003:259-261, 003:266, 003:267, 003:268, 003:273, 003:274, 003:275, 003:280, 003:281
-- Document 003, "Solução de Problemas": each cause of its lists is made, and what comes back names it, in both languages.
begin;
select plan(34);

select tests.create_user('ana', 1000), tests.enable_publishing(2);
select tests.connect('ana', n) from unnest(array['a', 'b', 'c', 'd', 'e', 'f']) n;
select tests.connect('ana', 'page', 'linkedin');
update private.platforms set client_id = 'app', client_secret_name = 'tests_api_key' where true;
select tests.freeze('2030-01-01 00:00:00Z');

create function pg_temp.code(p_key text) returns text language sql as $$
  select w.code from public.why((tests.job(p_key)).id) w where w.rank = 1
$$;
create function pg_temp.en(p_key text) returns text language sql as $$
  select w.words ->> 'en' from public.why((tests.job(p_key)).id) w where w.rank = 1
$$;
create function pg_temp.mend(p_key text) returns void language plpgsql as $$
begin
  execute (select v.repair_sql from ops.diagnose((tests.job(p_key)).id) v where v.rank = 1);
end
$$;
create function pg_temp.pt(p_key text) returns text language sql as $$
  select w.words ->> 'pt-BR' from public.why((tests.job(p_key)).id) w where w.rank = 1
$$;

-- Jobs Presos em "processing": those that take more than 30 minutes are marked as failed by the system.
select tests.publish('ana', 'stuck', 'a');
select tests.freeze('2030-01-01 00:29:59Z');
select is(pg_temp.code('stuck'), 'post_preparing', 'until then it is at work');
select tests.freeze('2030-01-01 00:30:00Z');
select is(pg_temp.code('stuck'), 'post_overdue', 'when they are over it says so');
select matches(pg_temp.en('stuck'), 'taken longer than it may', 'in English');
select matches(pg_temp.pt('stuck'), 'demorou mais do que o permitido', 'and in Portuguese');
select tests.freeze('2030-01-01 00:30:01Z');
select private.run_part('esteira-overdue');
select is(pg_temp.code('stuck'), 'post_out_of_time', 'then it is marked as failed');
select matches(pg_temp.pt('stuck'), 'não saiu no tempo que tinha', 'and that says why');

-- Jobs Falhando Repetidamente: 1. Tokens de acesso das plataformas.
select tests.publish('ana', 'token', 'b');
select tests.fail_publication('token', 'reconnect', 'connection');
select is(pg_temp.code('token'), 'connection_reconnect_needed', 'a token that the platform refuses');
select matches(pg_temp.en('token'), 'Connect the account again', 'in English');
select matches(pg_temp.pt('token'), 'Conecte a conta de novo', 'and in Portuguese');

-- 2. Configurações de rate limiting: of the account, and of all that the app may post.
select tests.publish('ana', 'rate', 'c');
select tests.fail_publication('rate', 'wait', 'connection', 600000);
select is(pg_temp.code('rate'), 'connection_limited', 'an account that is rate limited');
select matches(pg_temp.pt('rate'), 'pede para esperarmos com a conta c.*em cerca de 10 minutos', 'and until when');
update private.platforms set post_limit = 1, post_window = '1 day' where platform = 'x';
insert into private.commits (scope, n, committed_at) values ('x', 1, private.now());
insert into private.commit_counts (scope, n) values ('x', 1);
select tests.publish('ana', 'quota', 'd');
select tests.commit('quota');
select is(pg_temp.code('quota'), 'platform_limited', 'an app that has posted all it may');
select matches(pg_temp.en('quota'), 'As much has been posted as X lets us post', 'in words');
select ops.resume_platform('x');
update private.platforms set post_limit = 10000, post_window = '24 hours' where platform = 'x';

-- 3. Logs da API de processamento interno: what the platform said is in the verdict.
select private.dispatch('publication');
select worker.publication_failed((tests.job('quota')).id, (tests.attempt('quota')).token,
  '{"class": "never", "code": "duplicate", "message": "You already said that."}');
select is(pg_temp.code('quota'), 'post_refused', 'a post that the platform refuses');
select matches(pg_temp.en('quota'), 'You already said that', 'in its own words');
select is((select v.evidence ->> 'error_code' from ops.diagnose((tests.job('quota')).id) v where v.rank = 1), 'duplicate',
  'and its code, for whoever looks it up');
update private.platforms set client_secret_name = 'nobody_stored_it' where platform = 'linkedin';
select tests.publish('ana', 'config', 'page', 'linkedin_post');
select is(pg_temp.code('config'), 'platform_app_missing', 'an app that is not set up right');
select matches(pg_temp.pt('config'), 'não está bem configurada', 'in words');
select tests.fail_publication('config', 'never');

-- Realtime Não Funcionando: 1. the table is enabled for Realtime: here a trigger tells of its changes.
select tests.publish('ana', 'screen', 'e');
alter table public.jobs disable trigger jobs_broadcast_trigger;
select is(pg_temp.code('screen'), 'trigger_missing', 'a table whose changes nobody is told of');
select matches(pg_temp.pt('screen'), 'não está recebendo as mudanças sozinha', 'in words');
alter table public.jobs enable trigger jobs_broadcast_trigger;
-- 2. RLS policies: of the topic that is listened to, and of the rows.
drop policy "users listen to their own jobs" on realtime.messages;
select is(pg_temp.code('screen'), 'topic_policy_missing', 'a topic that nobody may listen to');
select pg_temp.mend('screen');
select is(pg_temp.code('screen'), 'post_preparing', 'its statement mends it');
-- 3. The client has the rights it needs.
revoke select on public.jobs from authenticated;
select is(pg_temp.code('screen'), 'rows_unreadable', 'rows that nobody may read');
select pg_temp.mend('screen');
select is(pg_temp.code('screen'), 'post_preparing', 'and may again');
select tests.fail_publication('screen', 'never');

-- Performance: 1. max_concurrent. Two slots are taken, the third post waits, and more slots let it go.
select tests.publish('ana', 'one', 'a'), tests.publish('ana', 'two', 'e'), tests.publish('ana', 'three', 'f');
select is((select count(*) from private.slots where lane = 'publication' and token is not null), 2::bigint, 'all slots are taken');
select is(pg_temp.code('three'), 'waiting_for_slot', 'a post for which there is no slot');
select matches(pg_temp.en('three'), 'waiting for its turn', 'in English');
select matches(pg_temp.pt('three'), 'aguardando a vez', 'and in Portuguese');
select private.set_capacity(tests.account_id('publication'), 3), private.dispatch('publication');
select is(pg_temp.code('three'), 'post_preparing', 'one more slot lets it go');

-- 2. How often the schedule looks, and 3. how large the table is, hold nothing up: its front goes with the dispatch that
-- follows what it waited for, and is found by an index.
select tests.publish('ana', 'next', 'f');
select is(pg_temp.code('next'), 'connection_busy', 'one post of an account at a time');
select tests.post('three') where tests.commit('three') = 'commit';
select is(pg_temp.code('next'), 'post_preparing', 'and the next one goes without a schedule');
select is(pg_temp.code('three'), 'post_published', 'when that one is there');

-- Of publications, too, which only the migrations can put right: people read some of their columns.
do $$ declare v_name text; begin
  for v_name in select policyname from pg_policies where schemaname = 'public' and tablename = 'publications' loop
    execute format('drop policy %I on public.publications', v_name);
  end loop;
end $$;
select is((select concat_ws(' ', v.code, v.subject) from ops.diagnose((tests.job('next')).id) v where v.rank = 1),
  'rows_unreadable public.publications', 'publications that nobody may read');
select ok(pg_temp.en('next') <> '' and pg_temp.pt('next') <> '', 'in words');

select * from finish();
rollback;
