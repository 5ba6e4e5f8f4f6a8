begin;
select plan(3);

select tests.create_user('ana');
select tests.enable_echo(1);
select tests.create_job('ana', 'one');
update private.lanes set backoff_base = '1 microsecond', backoff_max = '1 microsecond' where lane = 'echo';
select tests.fail('one', 'backoff', interval '0');
select private.dispatch('echo');
create temporary table before as select * from tests.job('one');
select worker.submitted((tests.job('one')).id, (tests.attempt('one', 1)).token, 'task-1', '{}');

select is((tests.job('one')).attempt, 2, 'a second attempt is running');
select results_eq(
  $$ select * from tests.job('one') $$, 'select * from before',
  'the first does not speak for it any more');
select is((tests.attempt('one', 1)).external_id, 'task-1', 'its id is kept where it belongs');

select * from finish();
rollback;
