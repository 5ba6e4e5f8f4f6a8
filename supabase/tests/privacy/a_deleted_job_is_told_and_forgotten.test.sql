-- @acceptance 002:351
begin;
select plan(12);

select tests.create_user('ana');
select tests.enable_echo(3);
select tests.freeze('2030-01-01 00:00:00Z');
select tests.create_job('ana', 'done'), tests.submit('done'), tests.webhook('done', 'e-1', null), tests.complete('done');
select tests.create_job('ana', 'never'), tests.create_job('ana', 'other');
select tests.submit('other'), tests.webhook('other', 'e-2', null);
update public.jobs set status = 'pending', current_step = 'queued', started_at = null, attempt = 0 where idempotency_key = 'never';
create temporary table was on commit drop as select *, format('%s/%s/', user_id, id) as folder from public.jobs;
grant select on was to authenticated;
create function pg_temp.told() returns setof jsonb language sql as $$
  select payload - 'id' from realtime.messages where event = 'DELETE' and topic = 'jobs:' || tests.user_id('ana')
$$;
delete from public.jobs where idempotency_key in ('done', 'never');

select is((select count(*) from pg_temp.told()), 2::bigint, 'the owner is told of each');
select is(told - '_debug', jsonb_build_object('type', 'DELETE', 'table', 'jobs', 'schema', 'public', 'new', null, 'steps', '[]'::jsonb,
  'old', jsonb_build_object('id', id, 'status', 'completed', 'current_step', 'completed', 'version', version)),
  'in the shape of any change, with what it was') from pg_temp.told() told, was where idempotency_key = 'done' and told #>> '{old,id}' = id::text;
select is(told #>> '{_debug,triggerName}', 'jobs_are_forgotten', 'and by whom') from pg_temp.told() told limit 1;
select is((select array_agg(dedupe_key) from private.webhook_events), '{e-2}', 'its webhooks are forgotten, nobody else''s');
select results_eq($$ select bucket, prefix, due_at - private.now() from private.doomed_files order by due_at $$,
  $$ select 'outputs', folder, delay from was, unnest('{0,3 hours}'::interval[]) delay where idempotency_key = 'done' order by delay $$,
  'its files are deleted, where there can be any');
select is((select count(*) from public.credit_entries), 4::bigint, 'what was paid for it stays in the ledger');

-- Many at once
create function pg_temp.bulk(p_count integer) returns void language sql as $$
  insert into public.jobs (user_id, tool, lane, ticket) select tests.user_id('ana'), 'echo', 'echo', n from generate_series(1, p_count) n
$$;
select pg_temp.bulk(1500);
delete from public.jobs where idempotency_key is null;
select is((select count(*) from pg_temp.told()), 1002::bigint, 'of very many at once the first thousand are told');

-- A user who leaves
delete from auth.users where id = tests.user_id('ana');
select is((select count(*) from pg_temp.told()), 1002::bigint, 'who leaves is told nothing');
select is((select count(*) from private.doomed_files where prefix = (select folder from was where idempotency_key = 'other')), 0::bigint,
  'and has no file deleted job by job');
select is(coalesce(current_setting('esteira.deletes', true), ''), '', 'what follows in the same transaction is as ever');
select tests.create_user('bo'), tests.create_job('bo', 'his');
delete from public.jobs where idempotency_key = 'his';
select is((select count(*) from realtime.messages where event = 'DELETE' and topic = 'jobs:' || tests.user_id('bo')), 1::bigint,
  'somebody else''s job is told of');
select is_empty('select * from private.broadcast_failures', 'and none of it failed');

select * from finish();
rollback;
