begin;
select plan(20);

select tests.create_user('ana'), tests.create_user('bo');
select tests.enable_effect('model', 12);
select tests.freeze('2030-01-01 00:00:00Z');
create function pg_temp.train(p_user text, p_key text, p_task text) returns void language sql as $$
  select tests.create_job_for(p_user, p_key, '{}', '{"name": "a face"}'), tests.commit();
  select tests.submit(p_key, p_task), tests.commit();
$$;
create function pg_temp.train_well(p_user text, p_key text, p_task text) returns void language sql as $$
  select pg_temp.train(p_user, p_key, p_task), tests.complete(p_key), tests.commit();
$$;
create function pg_temp.forgets() returns text[] language sql as $$
  select coalesce(array_agg(external_id order by external_id), '{}') from private.forgets
$$;

-- Its owner throws it away.
select pg_temp.train_well('ana', 'one', 't-1'), pg_temp.train_well('bo', 'his', 't-2');
select is(pg_temp.forgets(), '{}', 'a model that somebody has is nobody''s to delete');
select tests.as_user('ana');
delete from public.ai_models where name = 'a face';
select tests.reset();
select is(pg_temp.forgets(), '{t-1}', 'one that its owner deletes is to be deleted at its provider');
select is((tests.model('his')).status, 'READY', 'nobody else''s');

-- The worker asks for what is due.
create temporary table item as select * from worker.receive_forgets() item;
select is(item - array['job', 'attempt'] - 'account' ->> 'provider', 'echo', 'the worker gets all that it needs') from item;
select is((item #>> '{attempt,external_id}') || (item ->> 'kind') || (item #>> '{account,api_key}'), 't-1forgetthe-api-key',
  'the task, and the account''s key') from item;
select is(item #>> '{job,user_id}', '00000000-0000-0000-0000-000000000000', 'and not whose it was') from item;
select is_empty('select worker.receive_forgets()', 'it has it for a while');
select tests.later('1 minute');
select is((select count(*) from worker.receive_forgets()), 1::bigint, 'and gets it again when it was not heard of');
select tests.later('1 minute');
select is_empty('select worker.receive_forgets()', 'later each time');
select ok(ops.remove_account(tests.account_id('echo')) >= 0, 'an account that is removed');
select private.forget_retired_accounts();
select is((select secret_name from private.accounts where account_id = tests.account_id('echo')), 'tests_api_key', 'keeps its key for that');
select is((select worker.task_forgotten((item #>> '{attempt,token}')::uuid) from item), true, 'until the provider has forgotten');
select is((select worker.task_forgotten((item #>> '{attempt,token}')::uuid) from item), false, 'which is told once');
select tests.enable_echo(12);

-- Nobody will have it.
select pg_temp.train('ana', 'thrown away', 't-3');
delete from public.ai_models where "trainingJobId" = (tests.job('thrown away')).id;
select is(pg_temp.forgets(), '{}', 'while a training runs there is nothing to forget');
select tests.complete('thrown away'), tests.commit();
select is(pg_temp.forgets(), '{t-3}', 'a training that ends after its model was thrown away is deleted');
delete from private.forgets where true;
select pg_temp.train('ana', 'cancelled', 't-4'), tests.cancel('cancelled'), tests.over('cancelled', 'succeeded'), tests.commit();
select pg_temp.train('ana', 'stopped', 't-5'), tests.cancel('stopped'), tests.over('stopped', 'stopped'), tests.commit();
select pg_temp.train('ana', 'silent', 't-6'), tests.cancel('silent'), tests.over('silent', 'unknown'), tests.commit();
select is(pg_temp.forgets(), '{t-4,t-6}', 'so is one that went on after its job had ended, or may have');
delete from private.forgets where true;

-- Who has it leaves.
select pg_temp.train_well('ana', 'kept', 't-7'), pg_temp.train('ana', 'running', 't-8');
create temporary table running as select token from tests.attempt('running');
delete from auth.users where id = tests.user_id('ana');
select is(pg_temp.forgets(), '{t-1,t-3,t-7}', 'all models of a user who leaves are deleted, those of deleted rows once more');
select is((select reason from private.cancels where external_id = 't-8'), 'user_deleted', 'what is in training is stopped');
select worker.task_over((select token from running), 'succeeded');
select is(pg_temp.forgets(), '{t-1,t-3,t-7,t-8}', 'and deleted if it ended first');

-- Other tools
update public.tools set effect = null where tool = 'echo';
select tests.create_user('cy'), tests.create_job('cy', 'picture'), tests.submit('picture', 't-9'), tests.complete('picture');
delete from auth.users where id = tests.user_id('cy');
select is(pg_temp.forgets(), '{t-1,t-3,t-7,t-8}', 'what is no model is left to its provider''s own time');

select * from finish();
rollback;
