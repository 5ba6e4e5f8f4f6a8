begin;
select plan(10);

select tests.deploy();
select tests.create_user('ana');
select tests.enable_echo(10);
update private.lanes set delivery = 'poll', poll_after = '5 seconds' where lane = 'echo';
select is(worker.next_look(), null, 'nothing waits');

-- A question
select tests.create_job('ana', 'asked');
select tests.submit('asked');
select ok(worker.next_look() between '4 seconds' and '5 seconds', 'the first question to the provider');
select ok(worker.next_look('echo') between '4 seconds' and '5 seconds', 'of its lane');
select is(worker.next_look('none'), null, 'and of no other');
update pgmq.q_settle_queue set vt = clock_timestamp() - interval '1 hour' where true;
select is(worker.next_look(), '0', 'what is overdue is due now');

update private.lanes set delivery = 'webhook' where lane = 'echo';
select is(worker.next_look(), null, 'what a webhook lane is asked for safety''s sake has time');
select tests.webhook('asked', 'event-1', p_word => null);
select ok(worker.next_look() between '50 seconds' and '60 seconds', 'a webhook that may have to be settled again has not');

-- A cancel
update private.lanes set delivery = 'poll' where lane = 'echo';
select public.cancel_job((tests.job('asked')).id, tests.user_id('ana'));
select is(worker.next_look(), '0', 'a task to be stopped is looked at at once');
update private.cancels set next_at = clock_timestamp() + interval '1 day' where true;
select ok(worker.next_look('echo') > '23 hours', 'then when it is due');
update private.cancels set over_at = private.now(), how = 'stopped' where true;
select is(worker.next_look(), null, 'a job that has ended is asked nothing');

select * from finish();
rollback;
