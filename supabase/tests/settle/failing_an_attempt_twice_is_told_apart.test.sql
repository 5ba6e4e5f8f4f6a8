begin;
select plan(6);

select tests.create_user('ana');
select tests.enable_echo(1);
select tests.create_job('ana', 'one');
update private.lanes set backoff_base = '1 microsecond', backoff_max = '1 microsecond' where lane = 'echo';
select tests.submit('one');
select tests.fail('one', 'backoff', interval '0');
select private.dispatch('echo');
create temporary table before as select * from tests.job('one');
create temporary table attempts_before as select * from public.job_attempts;

select is(tests.fail('one', 'never', p_attempt => 1), 'duplicate', 'an attempt fails once');
select results_eq(
  $$ select * from tests.job('one') $$, 'select * from before',
  'the second time it harms no later attempt');
select bag_eq('select * from public.job_attempts', 'select * from attempts_before', 'nor what is known of the first');
select is((select job_id from private.slots where lane = 'echo'), (tests.job('one')).id, 'nor the slot');

select pgmq.send('settle_queue', '{"mark": 1}');
select worker.attempt_failed((tests.job('one')).id, (tests.attempt('one', 1)).token, 'never', 'x', 'x',
  p_queue => 'settle_queue', p_msg_id => (select msg_id from tests.messages('settle_queue') where message ? 'mark'));
select is_empty($$ select * from tests.messages('settle_queue') where message ? 'mark' $$, 'its message is dealt with all the same');
select is_empty($$ select * from ops.dead_letters $$, 'nobody is told of a failure');

select * from finish();
rollback;
