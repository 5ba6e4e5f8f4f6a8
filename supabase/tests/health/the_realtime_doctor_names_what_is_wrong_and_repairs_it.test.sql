-- @acceptance 000:15, 000:27-36, 000:51-55, 000:81-82, 000:84-88, 000:90-96, 000:98-104, 002:77-90, 002:515-523
begin;
select plan(60);
set local client_min_messages = error;
create function pg_temp.finds(p_check text) returns text language sql as $$
  select verdict from ops.realtime_doctor() where check_name = p_check
$$;
create function pg_temp.trigger(p_name text) returns text language sql as $$
  select pg_get_triggerdef(oid) || tgenabled::text from pg_trigger where tgname = p_name and not tgisinternal
$$;
create function pg_temp.policy(p_name text) returns text language sql as $$
  select concat_ws(' ', cmd, roles, permissive, qual, with_check) from pg_policies where policyname = p_name
$$;

select is_empty($$ select check_name, detail from ops.realtime_doctor() where verdict in ('warn', 'error') $$,
  'where all is well, nothing is wrong');
select is((select count(*) = count(distinct check_name) from ops.realtime_doctor()), true, 'each check has its name');
select is_empty($$ select check_name from ops.realtime_doctor() where repair_sql is not null $$, 'nothing is to be repaired');

-- Triggers: each is made again as it was ------------------------------------------------------------------------------
create temporary table triggers as
  select name, table_name, pg_temp.trigger(name) as was from private.broadcast_triggers();
select is((select count(*) from triggers), (select count(*) from pg_trigger where tgname like '%broadcast_trigger' and not tgisinternal),
  'it knows all triggers that tell of changes');
do $$ declare r record; begin
  for r in select * from triggers loop execute format('drop trigger %I on %s', r.name, r.table_name); end loop;
end $$;
select is(pg_temp.finds(name), 'error', name || ' is gone') from triggers;
select is((select array_agg(check_name) from (select check_name from ops.realtime_doctor() limit 2) d),
  '{new_jobs_broadcast_trigger,jobs_broadcast_trigger}', 'what is wrong comes first, in the order of the chain');
select is((ops.repair(name)).verdict, 'ok', name || ' is repaired') from triggers;
select results_eq('select name, pg_temp.trigger(name) from triggers order by 1', 'select name, was from triggers order by 1',
  'and they are as the migrations made them');
alter table public.jobs disable trigger jobs_broadcast_trigger;
select is((select repair_sql from ops.realtime_doctor() where check_name = 'jobs_broadcast_trigger'),
  'alter table public.jobs enable trigger jobs_broadcast_trigger', 'one that is switched off is switched on');
select ops.repair('jobs_broadcast_trigger');
create or replace trigger jobs_broadcast_trigger after update on public.jobs for each row execute function private.guard_job();
select is((ops.repair('jobs_broadcast_trigger')).detail, 'The trigger is there, is enabled, and calls private.broadcast_jobs.',
  'one that is another is replaced');
select is((select pg_temp.trigger(name) = was from triggers where name = 'jobs_broadcast_trigger'), true, 'as it was');
select results_eq($$ select action, filter, reason from ops.audit order by audit_id desc limit 2 $$, $$ values
    ('repair', '{"check": "jobs_broadcast_trigger"}'::jsonb,
      (select statement from private.broadcast_triggers() where name = 'jobs_broadcast_trigger')),
    ('repair', '{"check": "jobs_broadcast_trigger"}', 'alter table public.jobs enable trigger jobs_broadcast_trigger') $$,
  'the audit tells of it');
alter function private.broadcast_project() rename to gone;
select is(pg_temp.finds('functions'), 'error', 'a function is gone');
select is((ops.repair('functions')).verdict, 'error', 'which no statement brings back');
alter function private.gone() rename to broadcast_project;

-- Policies: each is made again as it was --------------------------------------------------------------------------------
create temporary table policies as select name, pg_temp.policy(name) as was from private.topic_policies();
do $$ declare r record; begin
  for r in select * from policies loop execute format('drop policy %I on realtime.messages', r.name); end loop;
end $$;
select is(pg_temp.finds(name), 'error', 'no policy: ' || name) from policies;
select is((ops.repair(name)).verdict, 'ok', 'repaired: ' || name) from policies;
select results_eq('select name, pg_temp.policy(name) from policies order by 1', 'select name, was from policies order by 1',
  'and they are as the migrations made them');
create policy "a mistake" on realtime.messages for select to authenticated using (true);
select is((select detail from ops.realtime_doctor() where check_name = 'private topics'),
  'The policy "a mistake" opens every topic to everybody it is for.', 'a policy that opens all topics is found');
select is((ops.repair('private topics')).verdict, 'ok', 'and taken away');
create policy "speak" on realtime.messages for insert to authenticated with check (true);
select is(pg_temp.finds('private topics'), 'error', 'one by which people could speak, too');
drop policy "speak" on realtime.messages;

-- Rights --------------------------------------------------------------------------------------------------------------
revoke select on public.jobs from authenticated;
do $$ declare r record; begin
  for r in select policyname from pg_policies where schemaname = 'public' and tablename = 'jobs' loop
    execute format('drop policy %I on public.jobs', r.policyname);
  end loop;
end $$;
alter view public.fal_jobs set (security_invoker = false);
select is((ops.repair('read public.jobs')).verdict, 'ok', 'a right and a policy that are gone are both given again');
select is((ops.repair('read public.fal_jobs')).verdict, 'ok', 'a view looks as whoever asks again');
select tests.create_user('ana'), tests.create_user('bo'), tests.enable_echo(1);
select tests.create_job('ana', 'hers'), tests.create_job('bo', 'his');
select tests.as_user('ana');
select results_eq('select idempotency_key from public.jobs', array['hers'], 'owners read theirs, and theirs alone');
select tests.reset();
select set_has('select tablename::text, policyname::text from ops.realtime_policies()',
  $$ select 'messages', name from private.topic_policies() $$, 'the policies are listed');
select is(pg_temp.finds('supabase_realtime'), 'info', 'the publication of document 000 is not needed');

-- Broadcasts and deliveries ---------------------------------------------------------------------------------------------
select private.broadcast('jobs:somebody', 'UPDATE', '7', null);
select is(pg_temp.finds('broadcasts'), 'error', 'a broadcast that somebody missed');
select is(pg_temp.finds('deliveries'), 'info', 'screens that say nothing');
select tests.as_user('ana');
select public.report_delivery(jsonb_build_array(jsonb_build_object('channel', 'poll', 'changes', 10, 'terminal', 1,
  'missed', 0, 'late', array_fill(0, array[12]), 'late_max_ms', 0)));
select tests.reset();
select is(pg_temp.finds('deliveries'), 'warn', 'screens that only ask');
select tests.refuses($$ select ops.repair('nothing') $$, 404, 'not_found', 'check', 'there are no other checks');
select is((ops.repair('partition')).verdict, 'ok', 'what is well is left alone');
select * from finish();
rollback;
