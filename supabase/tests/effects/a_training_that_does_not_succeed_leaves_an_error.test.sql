begin;
select plan(10);

select tests.create_user('ana');
select tests.enable_effect('model', 5);
select tests.create_job_for('ana', 'one', '{}', '{"name": "a"}'), tests.create_job_for('ana', 'two', '{}', '{"name": "b"}'), tests.commit();
select worker.progress((tests.job('one')).id, (tests.attempt('one')).token, 40::smallint), tests.fail('one', 'never');
select tests.cancel('two'), tests.commit();
create function pg_temp.shows(p_name text) returns text language sql as $$
  select concat_ws(' ', status, progress, "modelUrl", "errorMessage", "trainedAt") from public.ai_models where name = p_name
$$;
select is(pg_temp.shows('a'), 'ERROR 0 It did not work.', 'a training that fails says why');
select is(pg_temp.shows('b'), 'ERROR 0 The training was cancelled.', 'and so does one that is cancelled');

select public.retry_job((tests.job('one')).id), tests.commit();
select is(pg_temp.shows('a'), 'TRAINING 0', 'a retry takes the model up again');
select is((select count(*) from public.ai_models), 2::bigint, 'the same one');
select is((select "trainingJobId" from public.ai_models where name = 'a'),
  (select id from public.jobs where retried_from = (tests.job('one')).id), 'which is the new job''s now');
update public.jobs set idempotency_key = 'again' where retried_from = (tests.job('one')).id;
select tests.submit('again', '7'), tests.complete('again'), tests.commit();
select is(split_part(pg_temp.shows('a'), ' 2', 1), 'READY 100 7', 'and can become ready');

delete from public.ai_models where name = 'b';
select public.retry_job((tests.job('two')).id), tests.commit();
select is(pg_temp.shows('b'), 'TRAINING 0', 'a retry of a training whose model was deleted makes a new one');
select is(tests.outcome('one'), 'applied', 'showing the error was the effect of the one');
select is(tests.outcome('two'), 'applied', 'and of the other');

-- As if the effect of the first had had to wait.
select tests.make_pending('one');
select private.apply_pending_effects();
select is(tests.outcome('one'), 'superseded', 'one that comes after the retry leaves the model alone');

select * from finish();
rollback;
