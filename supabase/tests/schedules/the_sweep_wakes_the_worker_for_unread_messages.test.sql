begin;
select plan(9);

select tests.create_user('ana');
select tests.deploy();
select tests.enable_echo(2), tests.enable_tool('training', 'outside');
update private.lanes set delivery = 'pull' where lane = 'outside';
select tests.create_job('ana', 'one'), tests.create_job('ana', 'two'), tests.create_job('ana', 'outside', 'training');
delete from net.http_request_queue where true;
delete from private.throttles where true;

select is(private.sweep() ->> 'unread', '0', 'messages that have just been sent are not late');
select is((select count(*) from tests.pokes()), 0::bigint, 'and nobody is woken');
update pgmq.q_echo_queue set vt = clock_timestamp() - interval '1 minute' where true;
select is(private.sweep() ->> 'unread', '0', 'nor those that are visible for less than a lease');
update pgmq.q_echo_queue set vt = clock_timestamp() - interval '3 minutes' where msg_id = (select min(msg_id) from pgmq.q_echo_queue);
select is(private.sweep() ->> 'unread', '1', 'one that nobody has read for longer is');
select results_eq('select body from tests.pokes()', $$ values ('{"lane": "echo"}'::jsonb) $$, 'the worker is woken for its lane');

delete from net.http_request_queue where true;
delete from private.throttles where true;
delete from pgmq.q_echo_queue where true;
update pgmq.q_outside_queue set vt = clock_timestamp() - interval '3 minutes' where true;
select is(private.sweep() ->> 'unread', '1', 'in a pull lane it is counted');
select is((select count(*) from tests.pokes()), 0::bigint, 'but there is no worker of ours to wake');
delete from pgmq.q_outside_queue where true;
select pgmq.send('settle_queue', '{}');
update pgmq.q_settle_queue set vt = clock_timestamp() - interval '2 minutes' where true;
select is(private.sweep() ->> 'unread', '1', 'a settle message that is late counts as well');
select ok((select count(*) from tests.pokes() where body ->> 'lane' = 'echo') = 1, 'any lane''s worker settles it');

select * from finish();
rollback;
