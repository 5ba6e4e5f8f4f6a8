-- @acceptance 003:208
begin;
select plan(17);

select tests.create_user('ana');
select tests.enable_echo(3);
select tests.freeze('2030-01-01 00:00:00Z');
select tests.create_job('ana', 'old'), tests.create_job('ana', 'going');
select tests.submit('old'), tests.submit('going', 'task-2');
select tests.webhook('old', 'event-1', p_word => null);
select tests.complete('old');
select tests.freeze('2030-02-10 00:00:00Z');
select tests.create_job('ana', 'new');
select tests.submit('new', 'task-3');
select tests.webhook('new', 'event-2', null, p_external_id => 'task-3'), tests.webhook('going', 'event-3', null, p_external_id => 'task-2');
select tests.complete('new');
delete from private.broadcast_failures where true;
insert into private.broadcast_failures (minute, cause, count, heard, topic, event, failed_at) values
  ('2030-01-01 00:00:00Z', 'x', 1, 1, 'old', 'UPDATE', '2030-01-01 00:00:00Z'),
  ('2030-02-10 00:00:00Z', 'x', 1, 1, 'new', 'UPDATE', '2030-02-10 00:00:00Z');
-- What is in an archive has been dealt with: one put there long ago and one just now, in each queue.
select pgmq.send(q, '{}') from unnest(array['settle_queue', 'echo_queue']) q, generate_series(1, 2);
select pgmq.archive('settle_queue', msg_id) from tests.messages('settle_queue') where message = '{}';
select pgmq.archive('echo_queue', msg_id) from tests.messages('echo_queue') where message = '{}';
update pgmq.a_settle_queue set archived_at = case when msg_id = (select max(msg_id) from pgmq.a_settle_queue) then timestamptz '2030-02-10' else '2030-01-01' end where true;
update pgmq.a_echo_queue set archived_at = case when msg_id = (select max(msg_id) from pgmq.a_echo_queue) then timestamptz '2030-02-10' else '2030-01-01' end where true;
create temporary table jobs_before as select * from public.jobs;
create temporary table entries_before as select * from public.credit_entries;
create temporary table accounts_before as select * from public.credit_accounts;
create temporary table waiting_before as select * from tests.messages('settle_queue');

select is(private.clean_up(), '{"archived": 2}', 'it says how many archived messages it has forgotten');
select is(private.forget_payloads(), '{"webhook_events": 1, "payloads": 1}', 'and the retention, how many payloads');
select bag_eq('select * from public.jobs', 'select * from jobs_before', 'no job changes');
select bag_eq('select * from public.credit_entries', 'select * from entries_before', 'no entry of a statement');
select bag_eq('select * from public.credit_accounts', 'select * from accounts_before', 'no balance');
select is(
  (select concat(a.raw_api_response, a.raw_webhook_payload) from tests.attempt('old') a), '', 'raw payloads of long ago are forgotten');
select is((tests.attempt('old')).outcome, 'succeeded', 'what became of the attempt is not');
select is((tests.attempt('new')).raw_webhook_payload, '{"event": "TASK_END"}', 'nor recent ones');
select is((tests.attempt('going')).raw_api_response, '{"code": 0}', 'nor those of an attempt that is still going');
select set_eq('select dedupe_key from private.webhook_events', array['event-2', 'event-3'], 'the inbox keeps what came of late');
select set_eq('select topic from private.broadcast_failures', array['new'], 'so do the failed broadcasts');
select is((select count(*) from tests.archived('settle_queue')), 1::bigint, 'and the archive of settlements');
select is((select count(*) from tests.archived('echo_queue')), 1::bigint, 'and that of each lane');
select bag_eq('select * from tests.messages(''settle_queue'')', 'select * from waiting_before', 'what is still to be done stays');
select is(private.forget_payloads(), '{"webhook_events": 0, "payloads": 0}', 'nothing goes twice');
select ops.set_retention(null, null, null, '0.001 milliseconds', '0.001 milliseconds');
select is(private.forget_payloads() ->> 'webhook_events', '0', 'what came at this moment is not older than it');
select tests.later('1 second');
select is(private.forget_payloads() ->> 'webhook_events', '2', 'the next it goes, for an operator has said so: it is looked for from the beginning');

select * from finish();
rollback;
