-- @acceptance 004:137
begin;
select plan(10);

select tests.create_user('ana');
select tests.enable_upscaler(1);
select tests.freeze('2030-01-01 00:00:00Z');
select tests.create_job('ana', 'one', 'upscaler');

create function pg_temp.pass(p_files jsonb) returns boolean language plpgsql as $$
begin
  return worker.checkpoint((tests.job('one')).id, (tests.attempt('one')).token, jsonb_build_object('files', p_files));
end
$$;
create function pg_temp.refused() returns text language plpgsql as $$
declare
  v_verdict text := tests.fail('one', 'wait', '0 seconds');
begin
  perform private.dispatch('runninghub');
  return v_verdict;
end
$$;

select ok(pg_temp.pass('{"image": ["api/1f2e.png"]}'), 'the files are handed over, and the submit begins');
select is(
  tests.steps('one'), '{upload,insert,credits,queue_check,queued,starting,upload}', 'as another upload, when it happened');
select is(
  tests.entry('one', 'upload'), '{"field": "image", "fileName": "api/1f2e.png"}', 'the file as the provider names it');
select is((tests.job('one')).current_step, 'starting', 'where the job is, stays');
select is(
  (select payload -> 'steps' -> 0 ->> 'fileName' from realtime.messages where topic = 'jobs:' || tests.user_id('ana')
   order by (payload #>> '{new,version}')::integer desc limit 1), 'api/1f2e.png', 'screens are told');

select pg_temp.refused();
select pg_temp.pass('{"image": ["https://ref.supabase.co/storage/v1/object/sign/inputs/a.png?token=secret"]}');
select is(
  (tests.steps('one'))[7:], '{upload,queued,starting}', 'an address that opens the file to anybody is not told');

select pg_temp.refused(), pg_temp.pass('{"image": ["api/2.png"]}') from generate_series(1, 9);
select is(
  (select count(*) from unnest(tests.steps('one')) step where step = 'upload'), 11::bigint, 'each attempt tells its own');
select pg_temp.refused(), pg_temp.pass('{"image": ["api/2.png"]}') from generate_series(1, 4);
select is(
  (select count(*) from unnest(tests.steps('one')) step where step = 'upload'), 11::bigint,
  'but not for hours on end, when the provider is busy');
select pg_temp.refused(), pg_temp.pass('{"image": ["api/3.png"]}') from generate_series(1, 2);
select is(tests.entry('one', 'upload') ->> 'fileName', 'api/3.png', 'only where the waiting is told as well');
select tests.submit('one');
select is((tests.job('one')).current_step, 'running', 'and it goes on');

select * from finish();
rollback;
