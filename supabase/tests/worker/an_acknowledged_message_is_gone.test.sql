begin;
select plan(4);

select tests.create_user('ana');
select tests.enable_echo(2);
select tests.create_job('ana', 'one'), tests.create_job('ana', 'two');
create temporary table received as select * from worker.receive('echo', 1);
select private.acknowledge(null, 1), private.acknowledge('echo_queue', null);
select is((select count(*) from tests.messages('echo_queue')), 2::bigint, 'without a message nothing is acknowledged');
select private.acknowledge(queue, msg_id) from received;
select results_eq(
  $$ select message ->> 'job_id' from tests.messages('echo_queue') $$, array[(tests.job('two')).id::text],
  'one that was dealt with is deleted');
select is_empty($$ select tests.archived('echo_queue') $$, 'not archived');
select lives_ok($$ select private.acknowledge(queue, msg_id) from received $$, 'twice does no harm');

select * from finish();
rollback;
