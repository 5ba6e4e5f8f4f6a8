begin;
select plan(20);

select tests.create_user('ana', 20);
select tests.enable_echo(8);
select tests.freeze('2030-01-01 00:00:00Z');
create function pg_temp.submitted(p_key text, p_id text) returns public.job_status language sql set search_path = '' as $$
  select worker.submitted((tests.job(p_key)).id, (tests.attempt(p_key)).token, p_id, '{"mine": true}')
$$;

-- No later answer replaces an id
select tests.create_job('ana', 'first'), tests.submit('first', 't-1');
select is(pg_temp.submitted('first', 't-2'), 'processing', 'a second answer to a submit');
select is((tests.attempt('first')).external_id, 't-1', 'does not replace the first');
select is((tests.job('first')).request_id, 't-1', 'nor on the job');

-- A webhook that names another task
select is(tests.webhook('first', 'e-1', 'succeeded', 1, 't-2') ->> 'verdict', 'other_task', 'a webhook that names another task');
select is((tests.attempt('first')).word, null, 'is no word');
select is((tests.attempt('first')).external_id, 't-1', 'and no id');
select is(tests.ending('first'), 'processing, refund none, charge, slot kept, no row', 'the slot is kept');
select is((select verdict from private.webhook_events where dedupe_key = 'e-1'), 'other_task', 'the inbox says so');
select is((select count(*) from tests.messages('settle_queue') where message ->> 'kind' is null), 1::bigint,
  'but the provider is asked');
select is(tests.webhook('first', 'e-2', 'failed', 1, 't-9') ->> 'verdict', 'other_task', 'its failure is not the job''s either');
select is(tests.webhook('first', 'e-3', null, 1, 't-9') ->> 'verdict', 'other_task', 'nor its progress');
select is(tests.webhook('first', 'e-4', 'succeeded', 1, null) ->> 'verdict', 'accepted', 'one that names none speaks of the attempt');

-- The webhook comes first
select tests.create_job('ana', 'webhook'), tests.pass('webhook'), tests.webhook('webhook', 'e-5', 'succeeded', 1, 't-5');
select pg_temp.submitted('webhook', 't-6');
select is((tests.attempt('webhook')).external_id, 't-5', 'the task whose success is stored is the id');
select is((tests.job('webhook')).request_id, 't-5', 'on the job as well');
select is(tests.produce('webhook', p_external_id => 't-6'), 'produced', 'be it that whoever asks names another');
select is((tests.attempt('webhook')).external_id, 't-5', 'it stays');
select is(tests.webhook('webhook', 'e-6', 'failed', 1, 't-5') ->> 'verdict', 'accepted', 'a failure after the success');
select is((tests.attempt('webhook')).word, 'succeeded', 'does not replace the word');
select tests.create_job('ana', 'nameless'), tests.pass('nameless'), tests.webhook('nameless', 'e-7', 'succeeded', 1, null);
select tests.produce('nameless', p_external_id => 't-7');
select is((tests.attempt('nameless')).external_id, 't-7', 'where the word named no task, whoever asks does');
select is_empty('select * from ops.credit_drift()', 'nothing is wrong');

select * from finish();
rollback;
