begin;
select plan(7);

select tests.create_user('ana');
select tests.enable_echo(4);
select tests.create_job('ana', key) from unnest(array['submitted', 'retried', 'completed', 'cancelled']) key;
select tests.submit('submitted');
create temporary table before as select (tests.attempt('retried')).token;
select tests.fail('retried', 'wait', interval '0');
select tests.complete('completed');
select tests.cancel('cancelled');

create function pg_temp.checkpoint(p_key text) returns boolean language sql as $$
  select worker.checkpoint((tests.job(p_key)).id, (tests.attempt(p_key, 1)).token, '{"mark": true}')
$$;
select is(pg_temp.checkpoint('submitted'), false, 'the task is at the provider already');
select is(
  worker.checkpoint((tests.job('retried')).id, (select token from before), '{"mark": true}'), false,
  'its slot was given back, and its job has another token since');
select is(pg_temp.checkpoint('completed'), false, 'the job is done');
select is(pg_temp.checkpoint('cancelled'), false, 'the job is not wanted any more');
select is(
  worker.checkpoint((tests.job('retried')).id, gen_random_uuid(), '{"mark": true}'), false,
  'the token is wrong');
select is(
  worker.checkpoint((tests.job('retried')).id, (tests.attempt('submitted')).token, '{"mark": true}'), false,
  'the token is another job''s');
select is_empty($$ select job_id from public.job_attempts where checkpoint ? 'mark' $$, 'nothing was written');

select * from finish();
rollback;
