begin;
select plan(9);

select tests.create_user('ana');
select tests.enable_echo(2);
select tests.create_job('ana', 'one'), tests.create_job('ana', 'two');
create temporary table before as select * from public.jobs;
create temporary table attempts_before as select * from public.job_attempts;
create function pg_temp.call_back(p_provider text, p_job_id uuid, p_token uuid) returns text language sql as $$
  select worker.webhook(p_provider, 'event-1', p_job_id, p_token, 'token', '{}', '{"mark": true}', 'succeeded')::text
$$;

select is(
  pg_temp.call_back('echo', (tests.job('one')).id, gen_random_uuid()), '{"verdict": "unknown"}',
  'a token that is made up');
select is(
  pg_temp.call_back('echo', (tests.job('one')).id, (tests.attempt('two')).token), '{"verdict": "unknown"}',
  'another job''s');
select is(pg_temp.call_back('echo', (tests.job('one')).id, null), '{"verdict": "unknown"}', 'none');
select is(
  pg_temp.call_back('echo', gen_random_uuid(), (tests.attempt('one')).token), '{"verdict": "unknown"}',
  'a job that is not there');
select is(
  pg_temp.call_back('runninghub', (tests.job('one')).id, (tests.attempt('one')).token), '{"verdict": "unknown"}',
  'another provider');

select is_empty('select * from private.webhook_events', 'nothing is stored');
select bag_eq('select * from public.jobs', 'select * from before', 'no job changes');
select bag_eq('select * from public.job_attempts', 'select * from attempts_before', 'no attempt');
select is_empty($$ select * from tests.messages('settle_queue') $$, 'and nothing is to be settled');

select * from finish();
rollback;
