begin;
select plan(20);

select tests.create_user('ana', 20);
select tests.enable_echo(1);
select tests.freeze('2030-01-01 00:00:00Z');
select tests.create_job('ana', 'one'), tests.submit('one', 't-1'), tests.create_job('ana', 'two');
select isnt((tests.job('one')).deadline_at, null, 'a task has a deadline');
select tests.webhook('one', 'e-1', p_external_id => 't-1');
select is(tests.ending('one'), 'processing, refund none, charge, slot free, no row', 'with the word the slot is free');
select is(tests.running(), '{one,two}', 'for the next');
select is((tests.job('one')).deadline_at, null, 'there is no deadline any more');
select is((tests.job('one')).refundable, false, 'and no cancel');
select is((tests.attempt('one')).word, 'succeeded', 'the word is stored');

select is(tests.produce('one'), 'produced', 'its outputs'' addresses are known');
select is((tests.attempt('one')).phase, 'produced', 'it is produced');
select is((tests.attempt('one')).outputs, '[{"url": "https://provider.test/a.png", "contentType": "image/png"}]', 'they are kept');
select is(tests.produce('one'), 'duplicate', 'told again, copying goes on');
select is(tests.fail_task('one', 'backoff'), 'duplicate', 'a failure from now on is none of the task''s');
select is(tests.fail_task('one', 'never'), 'duplicate', 'be it for good');
select is(worker.submit_unknown((tests.job('one')).id, (tests.attempt('one')).token), 'known', 'nothing is unknown');
select tests.let_time_pass('1 hour', 23);
select is((tests.job('one')).status, 'processing', 'for a day it is only copied');
select is((tests.job('one')).attempt, 1, 'and nothing else is bought');
select is((tests.attempt('one')).word, 'succeeded', 'the word stays');
select is(tests.complete('one'), 'completed', 'until it is stored');
select is(tests.ending('one'), 'completed, refund none, charge, slot free, no row', 'completed and paid');

-- Without a webhook
select tests.cancel('two');
select tests.create_job('ana', 'asked'), tests.submit('asked', 't-2'), tests.produce('asked');
select is(tests.ending('asked'), 'processing, refund none, charge, slot free, no row', 'whoever asks may say it first');
select tests.complete('asked');
select is_empty($$ select * from ops.credit_drift() $$, 'nothing is wrong');

select * from finish();
rollback;
