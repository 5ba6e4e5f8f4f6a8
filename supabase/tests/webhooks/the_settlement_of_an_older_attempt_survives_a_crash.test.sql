-- The message is there for when the function that took the webhook dies.
begin;
select plan(1);

select tests.create_user('ana');
select tests.enable_echo(1);
select tests.create_job('ana', 'one');
select tests.fail('one', 'wait', interval '0');
select tests.webhook('one', 'event-1', p_attempt => 1);
select worker.defer('settle_queue', msg_id, '0') from tests.messages('settle_queue');

select results_eq(
  $$ select item #>> '{attempt,attempt}' from worker.receive_settlements() $$, array['1'],
  'a success of the older attempt is found out though nobody settled it at once');

select * from finish();
rollback;
