begin;
select plan(8);

select tests.create_user('ana');
select tests.enable_echo(1);
select tests.create_job('ana', 'one');
select tests.submit('one');
select tests.webhook('one', 'event-1');
create temporary table before as select * from tests.job('one');

select is(tests.webhook('one', 'event-1'), '{"verdict": "duplicate"}', 'the same key is the same event');
select results_eq($$ select * from tests.job('one') $$, 'select * from before', 'the job does not change');
select is((select count(*) from private.webhook_events), 1::bigint, 'it is stored once');
select is((select count(*) from tests.messages('settle_queue') where message ->> 'kind' is null), 1::bigint, 'and settled once');

select is(tests.webhook('one', 'event-2') ->> 'verdict', 'accepted', 'another key is another event');
select tests.complete('one');
select is(tests.webhook('one', 'event-1'), '{"verdict": "duplicate"}', 'after the end it is still a duplicate');
select is((select count(*) from private.webhook_events), 2::bigint, 'of the two');
select tests.violates($$ insert into private.webhook_events (provider, dedupe_key, user_id, job_id, attempt, verified_by, payload, verdict)
  select provider, dedupe_key, user_id, job_id, attempt, verified_by, payload, verdict from private.webhook_events $$, 'an_event_counts_once');

select * from finish();
rollback;
