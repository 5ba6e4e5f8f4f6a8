begin;
select plan(4);

select tests.create_user('ana');
select tests.enable_echo(3);
select tests.create_job('ana', 'job-' || n) from generate_series(1, 3) n;
create temporary table received as select * from worker.receive('echo', 2);
select is((select count(*) from received), 2::bigint, 'two of three');
select results_eq(
  $$ select item #>> '{job,id}' from received order by msg_id $$, array[(tests.job('job-1')).id::text, (tests.job('job-2')).id::text],
  'the first that were dispatched');
select is((tests.attempt('job-3')).phase, 'dispatched', 'the third has not begun');
select is((select count(*) from worker.receive('echo')), 1::bigint, 'and comes next');

select * from finish();
rollback;
