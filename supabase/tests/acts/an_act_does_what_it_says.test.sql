-- Each action on jobs: for whom it is, for whom not and why, what it costs, and what it does.
begin;
select plan(50);
select tests.freeze('2030-01-01 00:00:00Z');
select tests.create_user('ana', 10), tests.create_user('bia', 10);
select tests.enable_echo(1);

create function pg_temp.act(p_action text, p_keys text[], p_more jsonb default '{}', p_dry boolean default false) returns jsonb
language sql as $$
  select ops.act(p_action, jsonb_build_object('job_ids', (select jsonb_agg((tests.job(key)).id) from unnest(p_keys) key)) || p_more,
    p_dry, 'for a test')
$$;

-- Cancel.
select tests.create_job('ana', 'runs'), tests.create_job('ana', 'waits'), tests.create_job('bia', 'urgent');
select is(ops.act('cancel', '{"tool": "echo"}') - array['sample', 'examples'],
  '{"action": "cancel", "dry_run": true, "matched": 3, "qualified": 3, "skipped": {}, "credits": {"charged": 0, "refunded": 3}, "in_background": false}',
  'a dry run, which is what one asks for who says nothing, tells for how many it would be and what it gives back');
select is((tests.job('waits')).status, 'pending', 'and does nothing');
select is_empty('select from ops.audit', 'nor is there anything to tell');
select tests.refuses($$ select ops.act('cancel', '{"tool": "echo"}', false) $$, 422, 'reason_required', 'reason', 'what cannot be taken back has a reason');

-- Priority.
select is(pg_temp.act('set_priority', '{runs,waits,urgent}', '{"priority": 50}') -> 'skipped', '{"not_waiting": 1}', 'only what waits has a place to change');
select results_eq($$ select idempotency_key, priority from public.jobs where status = 'pending' order by id $$,
  $$ values ('waits', 50::smallint), ('urgent', 50::smallint) $$, 'the others have another');
select is(pg_temp.act('set_priority', '{waits}', '{"priority": 50}') -> 'skipped', '{"unchanged": 1}', 'who has it already is let be');
select is(pg_temp.act('set_priority', '{waits}', '{"priority": 101}') -> 'skipped', '{"invalid_priority": 1}', 'a tool has its bounds');
select pg_temp.act('set_priority', '{urgent}', '{"priority": 60}');
select tests.complete('runs');
select is(tests.running(), '{urgent}', 'and the order follows');

-- Cancel in earnest.
select is(pg_temp.act('cancel', '{runs,waits}') - array['sample', 'examples', 'run_id', 'credits'],
  '{"action": "cancel", "dry_run": false, "matched": 2, "qualified": 1, "skipped": {"already_ended": 1}, "in_background": false,
    "state": "done", "items": 1, "done": 1, "skipped_in_run": 0, "failed": 0, "to_do": 0, "codes": {}, "new_job_ids": []}',
  'an act says what it has done, and why not the rest');
select is((tests.job('waits')).status || ', ' || (tests.job('waits')).refund, 'cancelled, paid', 'it is cancelled and paid back');
select tests.webhook('urgent', 'e1');
select is(pg_temp.act('cancel', '{urgent}', p_dry => true) #>> '{skipped,job_finishing}', '1', 'what is about to end is not cancelled');

-- Webhooks again.
select delete_messages from (select count(*) as delete_messages from pgmq.q_settle_queue) q;
select is(pg_temp.act('replay_webhook', '{urgent,waits}') -> 'skipped', '{"already_ended": 1}', 'a webhook of an open job is settled again');
select is((select count(*) from pgmq.q_settle_queue where message ->> 'job_id' = (tests.job('urgent')).id::text), 2::bigint, 'by one more message');
select tests.complete('urgent');
select tests.create_job('ana', 'silent');
select is(pg_temp.act('replay_webhook', '{silent}') -> 'skipped', '{"no_webhook": 1}', 'there must have been one');

-- Quarantine and release.
select tests.create_job('ana', 'suspect'), tests.create_job('bia', 'next');
select is(pg_temp.act('quarantine', '{suspect,urgent}') -> 'skipped', '{"already_ended": 1}', 'what is open can be set aside');
select is(pg_temp.act('quarantine', '{suspect}') -> 'skipped', '{"already_quarantined": 1}', 'once');
select tests.complete('silent');
select is(tests.running(), '{next}', 'it is passed over');
select is(pg_temp.act('release', '{suspect,next}') -> 'skipped', '{"not_quarantined": 1}', 'until it is released');
select tests.complete('next');
select is(tests.running(), '{suspect}', 'then it has its turn');

-- Refunds.
select tests.submit('suspect'), tests.cancel('suspect');
select is((tests.job('suspect')).refund, 'due', 'a price that waits for its task');
select tests.create_job('ana', 'held up'), tests.create_job('ana', 'open');
select pg_temp.act('quarantine', '{held up}');
select is(pg_temp.act('refund', '{suspect,open,urgent,waits,held up}', p_dry => true) - array['sample', 'examples'],
  '{"action": "refund", "dry_run": true, "matched": 5, "qualified": 2, "skipped": {"still_open": 1, "has_a_result": 1, "already_refunded": 1},
    "credits": {"charged": 0, "refunded": 2}, "in_background": false}', 'who has a result, or may have one, is not refunded');
select is(pg_temp.act('refund', '{suspect,held up,waits}') ->> 'done', '2', 'who waits for a price, and what is set aside, is paid back');
select is((tests.job('suspect')).refund || ', ' || (tests.job('held up')).status || ', ' || (tests.job('held up')).error_message,
  'paid, failed, for a test', 'the one at once, the other as an error of ours');
select tests.over('suspect', 'succeeded');
select is((tests.job('suspect')).refund, 'paid', 'what becomes of the task decides nothing any more');
select is_empty('select * from ops.credit_drift()', 'and the ledger is right');

-- Retry and redrive.
select tests.fail('open', 'never');
select is(pg_temp.act('redrive', '{open,waits,urgent}', p_dry => true) -> 'skipped', '{"not_failed": 1, "not_retryable": 1}', 'dead letters have failed');
select is(pg_temp.act('retry', '{open,waits,urgent}') - array['sample', 'examples', 'run_id', 'new_job_ids', 'skipped', 'codes'],
  '{"action": "retry", "dry_run": false, "matched": 3, "qualified": 2, "credits": {"charged": 2, "refunded": 0}, "in_background": false,
    "state": "done", "items": 2, "done": 2, "skipped_in_run": 0, "failed": 0, "to_do": 0}', 'what failed or was cancelled is done again');
select is((select array_agg(o.idempotency_key order by o.idempotency_key) from public.jobs n join public.jobs o on o.id = n.retried_from),
  '{open,waits}', 'as new jobs of their users');
select is((select bool_or(is_by_user) from public.jobs where retried_from is not null), false, 'which are none that the user asked for');
select is(pg_temp.act('redrive', '{open}') -> 'skipped', '{"already_retried": 1}', 'once');
select is(ops.act('redrive', '{"user_id": "00000000-0000-0000-0000-000000000000"}', false) ->> 'matched', '0', 'of nobody there is nothing');
select is(ops.act('retry', '{"job_id": "00000000-0000-0000-0000-000000000000"}', false) -> 'skipped', '{"not_found": 1}', 'a job that is named and not there is told');

-- As many as their user can pay for.
select tests.create_user('poor', 2);
select tests.create_job('poor', 'p1'), tests.create_job('poor', 'p2');
select pg_temp.act('cancel', '{p1,p2}');
update public.tools set credit_cost = 2 where tool = 'echo';
select is(pg_temp.act('retry', '{p1,p2}', p_dry => true) - array['sample', 'examples'],
  '{"action": "retry", "dry_run": true, "matched": 2, "qualified": 1, "skipped": {"insufficient_credits": 1},
    "credits": {"charged": 2, "refunded": 0}, "in_background": false}', 'the price is today''s, and is paid from what there is');
update public.tools set is_enabled = false where tool = 'echo';
select is(pg_temp.act('retry', '{p1,p2}', p_dry => true) -> 'skipped', '{"tool_disabled": 2}', 'a tool that is switched off does nothing again');

-- Deletion.
select is(pg_temp.act('delete', '{p1}') -> 'done', '1', 'what has ended can be deleted');
select is_empty($$ select from public.jobs where idempotency_key = 'p1' $$, 'it is gone');
select is(ops.act('delete', jsonb_build_object('user_id', tests.user_id('ana'))) #>> '{skipped,still_open}', '2', 'what is open cannot');
select is_empty('select * from ops.credit_drift()', 'the ledger stays');

-- Filters.
select tests.refuses($$ select ops.act('retry', '{}') $$, 422, 'invalid_filter', 'filter', 'nobody means everything by nothing');
select tests.refuses($$ select ops.act('retry', '{"job": "x"}') $$, 422, 'invalid_filter', 'job', 'what is misspelt is told');
select tests.refuses($$ select ops.act('retry', '{"error_code": null}') $$, 422, 'invalid_filter', 'filter', 'nothing is no value: it would mean everything');
select is(ops.act('redrive', '{"failed_step": "upload"}') ->> 'matched', '0', 'those that failed at one step');
select is(ops.act('redrive', '{"failed_step": "starting"}') ->> 'matched',
  (select count(*)::text from public.jobs where status = 'failed' and failed_at_step = 'starting'), 'are not those that failed at another');
select is(ops.act('redrive', '{"failed_step": "starting", "ended_from": "2999-01-01"}') ->> 'matched', '0', 'nor those that ended before a time');
select is(ops.act('redrive', '{"ended_from": "2000-01-01"}') ->> 'matched',
  (select count(*)::text from public.jobs where status = 'failed'), 'and all have ended since another');
select tests.refuses($$ select ops.act('retry', '{"job_id": "x"}') $$, 422, 'invalid_filter', 'filter', 'and so is what cannot be read');
select tests.refuses($$ select ops.act('explode', '{"tool": "echo"}') $$, 422, 'invalid_action', 'action', 'there are no other actions');
select tests.refuses($$ select ops.act('resolve', '{"tool": "echo"}') $$, 422, 'invalid_filter', 'resolved', 'an action has what it needs');
select is(ops.act('redrive', '{"tool": "echo", "limit": 1}') ->> 'matched', '1', 'a filter may have a limit');
select * from finish();
rollback;
