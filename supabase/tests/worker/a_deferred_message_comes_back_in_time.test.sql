begin;
select plan(4);

select tests.create_user('ana');
select tests.enable_echo(1);
select tests.create_job('ana', 'one');
create temporary table received as select * from worker.receive('echo');
grant select on received to service_role;

select tests.as_service();
select worker.defer(queue, msg_id, '10 minutes') from received;
select tests.reset();
select is(
  (select round(extract(epoch from vt - clock_timestamp()) / 60) from tests.messages('echo_queue')), 10.0,
  'later than its lease');
select worker.defer(queue, msg_id, '-1 hour') from received;
select is((select vt <= clock_timestamp() from tests.messages('echo_queue')), true, 'or at once');
select is((select count(*) from worker.receive('echo')), 1::bigint, 'then it is received again');
select lives_ok($$ select worker.defer('echo_queue', -1, '1 minute') $$, 'a message that is gone is none to defer');

select * from finish();
rollback;
