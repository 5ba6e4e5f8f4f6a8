begin;
select plan(6);

select tests.deploy();
select tests.create_user('ana');
select tests.enable_echo(1);
select tests.create_job('ana', 'one'), tests.create_job('ana', 'two');
delete from net.http_request_queue where true;
update private.throttles set passed_at = '-infinity' where true;

select tests.webhook('one', 'event-1', p_word => 'succeeded');
select is(
  (select job_id from private.slots where lane = 'echo'), (tests.job('two')).id,
  'the provider is done: its slot is the next job''s');
select is(tests.running(), '{one,two}', 'while the first is being settled');
select is(
  (select count(*) from tests.messages('echo_queue') where message ->> 'job_id' = (tests.job('two')).id::text),
  1::bigint,
  'the worker has a message for the next');
select is_empty('select * from tests.pokes()', 'and is not woken: the caller drains the lane');

select tests.complete('one');
select is(
  (select job_id from private.slots where lane = 'echo'), (tests.job('two')).id,
  'settling the first takes no slot from the second');
select is((tests.job('two')).status, 'processing', 'which runs on');

select * from finish();
rollback;
