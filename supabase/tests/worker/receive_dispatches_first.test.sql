begin;
select plan(2);

select tests.create_user('ana');
select tests.enable_echo(0);
select tests.create_job('ana', 'one');
select private.set_capacity(tests.account_id('echo'), 1);
select is(
  (select item #>> '{job,id}' from worker.receive('echo')), (tests.job('one')).id::text,
  'a worker finds what could have been dispatched and was not');
select tests.refuses(
  $$ select worker.receive('nowhere') $$, 404, 'lane_not_found', 'lane',
  'in a lane that is not there it finds nothing');

select * from finish();
rollback;
