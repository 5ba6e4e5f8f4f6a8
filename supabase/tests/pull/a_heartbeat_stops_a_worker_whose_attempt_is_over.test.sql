begin;
select plan(10);

select tests.create_user('ana');
select tests.enable_pull(4);
select tests.freeze('2030-01-01 00:00:00Z');
select tests.create_job('ana', key) from unnest(array['cancelled', 'completed', 'failed', 'expired']) key;
select tests.claim();
select tests.cancel('cancelled'), tests.complete('completed'), tests.fail('failed', 'never');
select is(tests.beat('cancelled') - 'deadline_at', '{"continue": false, "status": "cancelled", "lease_seconds": 120}', 'the user does not want it any more');
select is(tests.beat('completed') - 'deadline_at', '{"continue": false, "status": "completed", "lease_seconds": 120}', 'it is done');
select is(tests.beat('failed') - 'deadline_at', '{"continue": false, "status": "failed", "lease_seconds": 120}', 'it has failed');
select tests.freeze('2030-01-01 00:03:00Z');
select is(tests.claim('w2'), '{expired}', 'another worker has it');
create temporary table before as select * from tests.job('expired');
select is(tests.beat('expired', 1, 90) -> 'continue', 'false', 'the first is told');
select results_eq($$ select * from tests.job('expired') $$, 'select * from before', 'and what it says of its progress is not taken for the other''s');
select is((tests.attempt('expired')).leased_until, '2030-01-01 00:05:00Z', 'nor for a sign of life of it');
select is(tests.beat('expired', 2) -> 'continue', 'true', 'the second goes on');

select tests.refuses(
  format('select worker.heartbeat(%L, gen_random_uuid())', (tests.job('expired')).id), 409, 'stale_token', null, 'a token of no attempt is refused');
select tests.create_job('ana', 'unclaimed');
select tests.refuses($$ select tests.beat('unclaimed') $$, 409, 'stale_token', null, 'and one that no claim has given');

select * from finish();
rollback;
