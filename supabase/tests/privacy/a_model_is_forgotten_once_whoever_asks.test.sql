begin;
select plan(10);

select tests.create_user('ana'), tests.create_user('bo'), tests.create_user('cy');
select tests.enable_effect('model', 12);
select tests.freeze('2030-01-01 00:00:00Z');
create function pg_temp.train(p_user text, p_key text) returns void language sql as $$
  select tests.create_job_for(p_user, p_key, '{}', '{"name": "a face"}'), tests.commit();
  select tests.submit(p_key, 'task ' || p_key), tests.commit();
  select tests.complete(p_key), tests.commit();
$$;
create function pg_temp.throw_away(p_key text) returns void language sql as $$
  delete from public.ai_models where "trainingJobId" = (tests.job(p_key)).id
$$;
select pg_temp.train('ana', 'one'), pg_temp.train('bo', 'two'), pg_temp.train('bo', 'pulled'), pg_temp.train('cy', 'three');
select pg_temp.throw_away('one');
select lives_ok($$ delete from auth.users where id = tests.user_id('ana') $$, 'who has thrown a model away may leave before it is forgotten');
select is((select count(*) from private.forgets), 1::bigint, 'and it is asked for once');

-- In order.
select tests.later('1 minute'), pg_temp.throw_away('two'), tests.later('1 minute'), pg_temp.throw_away('three');
create function pg_temp.due(p_qty integer) returns text[] language sql as $$
  select array_agg(item #>> '{attempt,external_id}') from worker.receive_forgets(p_qty) item
$$;
select is(pg_temp.due(1), '{task one}', 'the longest waiting comes first, and no more than was asked for');
select is(pg_temp.due(1), '{task two}', 'then the next');
select is(cardinality(pg_temp.due(10)), 1, 'to the last');

-- Whom there is nothing to ask of.
delete from private.forgets where true;
update private.lanes set delivery = 'pull', lease = '2 minutes' where lane = 'echo';
select pg_temp.throw_away('pulled');
select is_empty('select * from private.forgets', 'workers outside do what they do with theirs');

-- Jobs that ended before their tasks.
select tests.enable_tool('picture', 'shown', 5);
create function pg_temp.orphan(p_key text, p_tool text) returns void language sql as $$
  select tests.create_job('bo', p_key, p_tool), tests.submit(p_key, 'task ' || p_key), tests.cancel(p_key);
  select tests.over(p_key, 'succeeded'), tests.commit();
$$;
select pg_temp.orphan('picture', 'picture');
select is_empty('select * from private.forgets', 'what is no model has nothing to be forgotten');
update public.tools set effect = 'model' where tool = 'picture';
select pg_temp.orphan('face', 'picture');
select is((select array_agg(external_id) from private.forgets), '{task face}', 'a model has');
select is_empty('select * from ops.credit_drift()', 'and the ledger is right');
-- An older attempt succeeds after all: the model of the newer is nobody's.
delete from private.forgets where true;
select tests.create_job('bo', 'twice', 'picture'), tests.submit('twice', 'task a'), tests.fail('twice', 'backoff', interval '1 minute');
select tests.later('10 minutes'), private.dispatch('shown');
select tests.submit('twice', 'task b');
select tests.complete('twice', 1), tests.over('twice', 'succeeded', 2), tests.commit();
select is((select array_agg(external_id) from private.forgets), '{task b}', 'what a job has not taken is forgotten, what it has stays');

select * from finish();
rollback;
