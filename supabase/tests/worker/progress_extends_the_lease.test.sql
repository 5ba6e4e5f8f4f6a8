begin;
select plan(4);

select tests.create_user('ana');
select tests.enable_echo(1);
update private.lanes set lease = '10 minutes' where lane = 'echo';
select tests.create_job('ana', 'one');
create temporary table received as select * from worker.receive('echo');
create function pg_temp.lease_left() returns numeric language sql as $$
  select round(extract(epoch from vt - clock_timestamp()) / 60) from tests.messages('echo_queue')
$$;
select worker.defer(queue, msg_id, '1 minute') from received;
select worker.progress((tests.job('one')).id, (tests.attempt('one')).token, 10::smallint);
select is(pg_temp.lease_left(), 1::numeric, 'not when no message is named');
select worker.progress((tests.job('one')).id, (tests.attempt('one')).token, 10::smallint, queue, msg_id) from received;
select is(pg_temp.lease_left(), 10::numeric, 'the worker has the whole lease again, even where nothing has risen');
select worker.defer(queue, msg_id, '1 minute') from received;
select tests.cancel('one');
select is(
  (select worker.progress((tests.job('one')).id, (tests.attempt('one')).token, 20::smallint, queue, msg_id) from received), false,
  'a worker that is to stop');
select is(pg_temp.lease_left(), 1::numeric, 'gets no more time');

select * from finish();
rollback;
