begin;
select plan(4);

select tests.create_user('ana');
select tests.enable_echo(1);
select tests.create_job('ana', 'one');
create temporary table received as select * from worker.receive('echo');
create function pg_temp.defer(p_token uuid, p_note jsonb) returns void language sql as $$
  select worker.defer(queue, msg_id, '0', (tests.job('one')).id, p_token, p_note) from received
$$;

select pg_temp.defer((tests.attempt('one')).token, '{"seen_failed": 1}');
select is(
  (select item #> '{attempt,checkpoint}' from worker.receive('echo')), '{"seen_failed": 1}'::jsonb,
  'whoever reads the message next finds it in the checkpoint');
select pg_temp.defer((tests.attempt('one')).token, '{"asked": 2}');
select is((tests.attempt('one')).checkpoint, '{"seen_failed": 1, "asked": 2}', 'beside what was there');
select pg_temp.defer((tests.attempt('one')).token, '{}'), pg_temp.defer((tests.attempt('one')).token, null);
select is((tests.attempt('one')).checkpoint, '{"seen_failed": 1, "asked": 2}', 'no note changes nothing');
select pg_temp.defer(gen_random_uuid(), '{"mark": true}');
select is((tests.attempt('one')).checkpoint, '{"seen_failed": 1, "asked": 2}', 'nor does one with a wrong token');

select * from finish();
rollback;
