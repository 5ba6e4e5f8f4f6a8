begin;
select plan(5);

select tests.create_user('ana');
select tests.enable_echo(1);
select tests.create_job('ana', 'one'), tests.create_job('ana', 'two');
select tests.complete('one');
create temporary table before as select * from tests.job('one');
create temporary table attempt_before as select * from tests.attempt('one');

select pgmq.send('settle_queue', '{"mark": 1}');
select is(
  worker.complete((tests.job('one')).id, (tests.attempt('one')).token, '{"other": 1}', 'https://project.test/b.png', '{"other": 1}', 'settle_queue',
    (select msg_id from tests.messages('settle_queue'))),
  'duplicate', 'the second time it is a duplicate');
select results_eq($$ select * from tests.job('one') $$, 'select * from before', 'the job keeps its first result');
select results_eq($$ select * from tests.attempt('one') $$, 'select * from attempt_before', 'and so does the attempt');
select is_empty($$ select * from tests.messages('settle_queue') $$, 'the message is dealt with all the same');
select is(tests.running(), '{two}', 'the job that has the slot now keeps it');

select * from finish();
rollback;
