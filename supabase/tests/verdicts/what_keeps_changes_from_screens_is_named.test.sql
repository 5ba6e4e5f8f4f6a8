-- The clock runs here: what is looked for are broadcasts, and these bear the database's own time.
-- @acceptance 000:81-82, 002:77-90
begin;
select plan(27);
set local client_min_messages = error;
select tests.enable_echo(4);
select tests.create_user('ana'), tests.create_user('bo');
create function pg_temp.first(p_key text) returns text language sql as $$
  select concat_ws(' ', v.level, v.code, case when w.place between 800 and 899 then v.subject end)
  from ops.diagnose((tests.job(p_key)).id) v join private.verdict_words() w using (code) where v.rank = 1
$$;
create function pg_temp.says(p_key text, p_code text) returns text language sql as $$
  select concat_ws(' ', case when ruled_out then 'not' end, code) from ops.diagnose((tests.job(p_key)).id) where code = p_code
$$;
create function pg_temp.words(p_key text, p_language text) returns text language sql as $$
  select array_to_string(case p_language when 'en' then w.en else w.pt_br end, ' ')
  from ops.diagnose((tests.job(p_key)).id) v join private.verdict_words() w using (code) where v.rank = 1
$$;
create function pg_temp.mend(p_key text) returns void language plpgsql as $$
begin
  execute (select repair_sql from ops.diagnose((tests.job(p_key)).id) where rank = 1);
end
$$;

select tests.create_job('ana', 'one'), tests.submit('one', 'task-1');
select is(pg_temp.first('one'), 'info provider_running', 'where all is well, screens are no reason');
select results_eq($$ select code from ops.diagnose((tests.job('one')).id) where ruled_out and code in
    ('trigger_missing', 'topic_policy_missing', 'rows_unreadable', 'broadcast_swallowed', 'not_delivered') order by 1 $$,
  array['broadcast_swallowed', 'not_delivered', 'rows_unreadable', 'topic_policy_missing', 'trigger_missing'],
  'and that was looked at');

-- Triggers ----------------------------------------------------------------------------------------------------------
alter table public.jobs disable trigger jobs_broadcast_trigger;
select is(pg_temp.first('one'), 'error trigger_missing public.jobs', 'a trigger is switched off');
select is(pg_temp.words('one', 'en'), 'Your screen does not learn of changes by itself just now. We mend that; your job is '
  'not affected. Reload the page to see where it stands.', 'its owner is told so');
select is(pg_temp.words('one', 'pt-BR'), 'Sua tela não está recebendo as mudanças sozinha agora. Nós vamos corrigir; seu '
  'trabalho não é afetado. Recarregue a página para ver como ele está.', 'in their language');
select pg_temp.mend('one');
select is(pg_temp.first('one'), 'info provider_running', 'its statement mends it');
drop trigger jobs_broadcast_trigger on public.jobs;
select is(pg_temp.first('one'), 'error trigger_missing public.jobs', 'a trigger is gone');
select pg_temp.mend('one');
select is(pg_temp.first('one'), 'info provider_running', 'and made again');
create or replace trigger jobs_broadcast_trigger after update on public.jobs for each row execute function private.guard_job();
select is((select evidence ->> 'fault' from ops.diagnose((tests.job('one')).id) where rank = 1), 'replaced', 'it is another one');
select pg_temp.mend('one');
alter table public.projects disable trigger projects_broadcast_trigger;
select is(pg_temp.first('one'), 'info provider_running', 'that of projects is nothing to a job that changes none');
select tests.enable_effect('project_node', 4), tests.create_project('ana', 'canvas');
select tests.create_node_job('ana', 'node', 'canvas', 'n1');
select is(pg_temp.first('node'), 'error trigger_missing public.projects', 'to one that does, it is');
select pg_temp.mend('node'), tests.commit();

-- Policies and rights -------------------------------------------------------------------------------------------------
drop policy "users listen to their own jobs" on realtime.messages;
select is(pg_temp.first('one'), 'error topic_policy_missing jobs:', 'nobody may listen');
alter table public.jobs disable trigger jobs_broadcast_trigger;
select results_eq($$ select code from ops.diagnose((tests.job('one')).id) where rank <= 2 order by rank $$,
  array['trigger_missing', 'topic_policy_missing'], 'of two causes both are named, in order');
select pg_temp.mend('one'), pg_temp.mend('one');
select is(pg_temp.first('one'), 'info provider_running', 'both are mended');
revoke select on public.jobs from authenticated;
select is(pg_temp.first('one'), 'error rows_unreadable public.jobs', 'nobody may read');
select pg_temp.mend('one');
select is(pg_temp.first('one'), 'info provider_running', 'and may again');

-- Broadcasts ----------------------------------------------------------------------------------------------------------
create function pg_temp.refuse() returns trigger language plpgsql as $$ begin raise exception 'nothing gets in'; end $$;
create trigger nothing_gets_in before insert on realtime.messages
  for each row when (current_setting('tests.nothing_gets_in', true) = 'yes') execute function pg_temp.refuse();
set local tests.nothing_gets_in = 'yes';
select tests.complete('one');
select is(pg_temp.first('one'), 'warn broadcast_swallowed public.jobs', 'what was told could not be written');
select is((select evidence ->> 'message' from ops.diagnose((tests.job('one')).id) where rank = 1), 'nothing gets in', 'and why');
set local tests.nothing_gets_in = 'no';
select tests.create_job('ana', 'two');
select is(pg_temp.says('one', 'broadcast_swallowed'), 'not broadcast_swallowed', 'the next one tells of it');
select is(pg_temp.first('one'), 'ok completed', 'and it is no reason any more');
select is(pg_temp.first('two'), 'info submitting', 'nor is it for that one');
select tests.commit();
alter table public.jobs disable trigger jobs_broadcast_trigger;
update public.jobs set progress = 4, version = version + 1, updated_at = clock_timestamp() where idempotency_key = 'two';
select tests.commit();
alter table public.jobs enable trigger jobs_broadcast_trigger;
select is(pg_temp.first('two'), 'warn not_announced public.jobs', 'a change past the triggers was told to nobody');

-- Deliveries --------------------------------------------------------------------------------------------------------
create function pg_temp.report(p_channel text, p_changes integer, p_missed integer default 0) returns void language sql as $$
  select public.report_delivery(jsonb_build_array(jsonb_build_object('channel', p_channel, 'changes', p_changes, 'terminal', 0,
    'missed', p_missed, 'late', array_fill(0, array[12]), 'late_max_ms', 0)))
$$;
select tests.as_user('ana'), pg_temp.report('poll', 3);
select tests.reset();
select is(pg_temp.first('one'), 'warn not_delivered jobs:' || left(tests.user_id('ana')::text, 8) || '…', 'screens that only ask');
select is(pg_temp.words('one', 'pt-BR'), 'Suas telas estão recebendo as mudanças com atraso. Elas se atualizam sozinhas em '
  'cerca de um minuto. Recarregue a página ou verifique sua conexão.', 'their owner is told so');
select tests.as_user('ana'), pg_temp.report('realtime', 30);
select tests.reset();
select is(pg_temp.says('one', 'not_delivered'), 'not not_delivered', 'those that learn live have learned');
select tests.as_user('ana'), pg_temp.report('sse', 5, 3);
select tests.reset();
select is((select detail from ops.diagnose((tests.job('one')).id) where rank = 1),
  'Its owner''s screens missed 3 of 38 changes while they believed that they were live.', 'unless they miss some');
select tests.create_job('ana', 'three');
select is(pg_temp.says('three', 'not_delivered'), 'not_delivered', 'one that goes on has it among others');
select * from finish();
rollback;
