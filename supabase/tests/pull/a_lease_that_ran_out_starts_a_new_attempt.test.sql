begin;
select plan(14);

select tests.create_user('ana', 10);
select tests.enable_pull(1);
select tests.freeze('2030-01-01 00:00:00Z');
select tests.create_job('ana', 'one'), tests.create_job('ana', 'two');
select tests.claim('w1');
select tests.beat('one', p_progress => 60);
select tests.freeze('2030-01-01 00:02:00Z');
select is(tests.claim('w2'), '{}', 'not before the lease has ended');
select tests.freeze('2030-01-01 00:02:01Z');
select is(tests.claim('w2'), '{one}', 'then the next worker has the job at once, in its place before others');
select isnt((tests.attempt('one', 2)).token, (tests.attempt('one', 1)).token, 'with a token of its own');
select results_eq(
  $$ select outcome, error_code, error_message from tests.attempt('one', 1) $$,
  $$ values ('retried', 'lease_expired', 'The worker w1 was not heard of before its lease ran out') $$,
  'the attempt before says what became of it');
select is((tests.attempt('one', 2)).worker, 'w2', 'the new one whose it is');
select is((tests.job('one')).retry_count, 1, 'an attempt is used up');
select is((tests.job('one')).progress, null, 'and its progress is gone with it');
select is(
  tests.steps('one'), '{insert,credits,queue_check,queued,starting,running,queued,starting,running}', 'the history tells of both');
select is(
  tests.entry('one', 'queued') - 'retry_at',
  '{"attempt": 1, "error": "The worker w1 was not heard of before its lease ran out", "error_code": "lease_expired", "retry_class": "backoff"}',
  'and why');
select is((select count(*) from tests.messages('echo_queue')), 0::bigint, 'no message of either is left');
select is((select count(*) from private.slots where job_id = (tests.job('one')).id), 1::bigint, 'the job holds one slot');

-- The order rule, from the old worker's side.
select is(tests.fail('one', 'never', p_attempt => 1), 'duplicate', 'what the old worker says of failing changes nothing');
select is(tests.complete('one', 1), 'completed', 'its success does: there is a result, and the job is open');
select is((tests.attempt('one', 2)).outcome, 'superseded', 'what the new one is doing is in vain');

select * from finish();
rollback;
