begin;
select plan(6);

select tests.create_user('ana'), tests.create_user('bo');
select tests.enable_echo(2);
select tests.create_job('ana', 'gone'), tests.create_job('bo', 'there');
create temporary table work as
select idempotency_key as key, j.id, a.token from public.jobs j join public.job_attempts a on a.job_id = j.id;
select worker.checkpoint(id, token, '{}') from work;
delete from auth.users where id = tests.user_id('ana');

create function pg_temp.told(p_keys text[]) returns text[] language sql as $$
  select array_agg(verdict order by verdict) from worker.submitted_many((
    select jsonb_agg(jsonb_build_object('job_id', id, 'token', token, 'external_id', 'task of ' || key,
      'checkpoint', '{"model": "m1"}'::jsonb)) from work where key = any (p_keys)))
$$;

select is(pg_temp.told('{gone,there}'), '{cancelled,processing}', 'what is gone is answered as what was cancelled');
select is(
  (select (external_id, checkpoint ->> 'model')::text from private.cancels c join work using (token) where key = 'gone'),
  '("task of gone",m1)', 'the outbox knows which task to stop');
create function pg_temp.completed(p_key text) returns text language sql as $$
  select verdict from worker.complete_many((select jsonb_agg(jsonb_build_object('job_id', id, 'token', token, 'output', '{}'::jsonb)) from work
    where key = p_key))
$$;
select is(pg_temp.completed('gone'), 'late', 'a result of it comes too late');
select is((select how from private.cancels join work using (token) where key = 'gone'), 'succeeded', 'and is the end of the task');
update private.cancels set over_at = null, how = null where true;
select worker.task_over(token, 'stopped') from work where key = 'gone';
select is(pg_temp.told('{gone}'), '{stale_token}', 'when that is done, nobody wants to know');
select is((tests.job('there')).request_id, 'task of there', 'and the other was told of in the same breath');

select * from finish();
rollback;
