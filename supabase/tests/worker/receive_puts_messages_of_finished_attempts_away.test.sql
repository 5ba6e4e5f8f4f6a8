begin;
select plan(4);

select tests.create_user('ana');
select tests.enable_echo(3);
select tests.create_job('ana', 'completed'), tests.create_job('ana', 'retried'), tests.create_job('ana', 'cancelled');
-- Three workers die after their attempt had ended and before they had acknowledged; one job is cancelled meanwhile.
create temporary table received as select * from worker.receive('echo');
select tests.complete('completed');
select tests.fail('retried', 'wait', interval '0');
select tests.cancel('cancelled');
select worker.defer(queue, msg_id, '0') from received;

create temporary table again as select * from worker.receive('echo');
select results_eq(
  $$ select item #>> '{job,id}', item #>> '{attempt,attempt}' from again $$, $$ values ((tests.job('retried')).id::text, '1') $$,
  'only the attempt that is still to be made is handed out');
select set_eq(
  $$ select tests.archived('echo_queue') $$, 'select msg_id from received',
  'the messages of the others are put away');
select is((select count(*) from tests.messages('echo_queue')), 1::bigint, 'and are in the queue no longer');
select is((tests.attempt('cancelled')).outcome, 'cancelled', 'their attempts stay as they are');

select * from finish();
rollback;
