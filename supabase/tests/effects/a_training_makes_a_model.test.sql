begin;
select plan(13);

select tests.create_user('ana');
select tests.enable_effect('model', 5);
select tests.freeze('2030-01-01 00:00:00Z');
select tests.create_job_for('ana', 'one', '{}', '{"name": "  Ana  "}'), tests.commit();
create temporary table model as select (tests.model('one')).id;
create function pg_temp.shows() returns text language sql as $$
  select concat_ws(' ', status, progress, "modelUrl", "errorMessage", "trainedAt") from public.ai_models where id = (select id from model)
$$;
select is(pg_temp.shows(), 'TRAINING 0', 'there is a model as soon as its training is asked for');
select results_eq('select name, "userId", "createdAt" from public.ai_models',
  $$ select 'Ana'::text, tests.user_id('ana'), '2030-01-01 00:00:00Z'::timestamptz $$, 'the owner''s, by the name in the input');
select tests.submit('one', '788416'), tests.commit();
select worker.progress((tests.job('one')).id, (tests.attempt('one')).token, 40::smallint), tests.commit();
select is(pg_temp.shows(), 'TRAINING 40', 'it follows the progress');
select tests.fail('one', 'backoff'), tests.commit();
select is(pg_temp.shows(), 'TRAINING 0', 'an attempt that fails leaves it in training, from the start');
update public.jobs set run_at = null where idempotency_key = 'one';
select private.dispatch('echo'), tests.submit('one', '788417');
select tests.freeze('2030-01-01 00:20:00Z');
select worker.complete((tests.job('one')).id, (tests.attempt('one')).token, '{"files": [], "data": {"model_url": "788417-b"}}', null), tests.commit();
select is(pg_temp.shows(), 'READY 100 788417-b 2030-01-01 00:20:00+00', 'a training that completes makes it ready');
select is(tests.outcome('one'), 'applied', 'which was its effect');

select tests.create_job_for('ana', 'two', '{}'), tests.submit('two', '900001'), tests.complete('two'), tests.commit();
select is((tests.model('two'))."modelUrl", '900001', 'without an address of its own it has the provider''s id of the training');
select is((tests.model('two')).name, 'Model', 'and without a name, this one');

select tests.create_job_for('ana', 'three', '{}'), tests.complete('three'), tests.commit();
select is((tests.job('three')).status, 'completed', 'a training without anything to show for it has completed all the same');
select is((tests.model('three'))."errorMessage", 'The training ended without a model.', 'but there is no model');
select is(tests.outcome('three'), 'model_url_missing', 'which is reported');

select tests.create_job_for('ana', 'four', '{}'), tests.commit();
delete from public.ai_models where id = (tests.model('four')).id;
select tests.submit('four'), tests.complete('four'), tests.commit();
select is(tests.outcome('four'), 'model_missing', 'a model that was deleted meanwhile is reported');
select is((tests.model('four')).id, null, 'and not made again');

select * from finish();
rollback;
