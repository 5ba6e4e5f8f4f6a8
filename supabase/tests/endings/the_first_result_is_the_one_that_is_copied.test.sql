begin;
select plan(28);

select tests.create_user('ana', 20);
select tests.enable_echo(4);
select tests.freeze('2030-01-01 00:00:00Z');
create function pg_temp.retried(p_key text) returns void language plpgsql as $$ -- its second attempt runs
begin
  perform tests.create_job('ana', p_key);
  perform tests.submit(p_key, 't-1 ' || p_key), tests.fail_task(p_key, 'backoff'), tests.later('10 minutes'), private.dispatch('echo');
  perform tests.submit(p_key, 't-2 ' || p_key);
end
$$;

-- The first attempt has succeeded after all
select pg_temp.retried('older');
select is(tests.produce('older', 1), 'produced', 'an older attempt that succeeds is taken');
select is(tests.ending('older', 2), 'processing, refund none, charge, slot kept, open row: superseded',
  'what the newer one does is in vain, and is stopped');
select is((tests.attempt('older', 1)).outcome, null, 'the older is open again');
select is(tests.produce('older', 2), 'late', 'a second result is not copied');
select is(tests.ending('older', 2), 'processing, refund none, charge, slot free, closed row: succeeded', 'but ends the waiting');
select is(tests.fail_task('older', 'never', 1), 'duplicate', 'whoever cannot fetch the result is told that it was there');
select is((tests.attempt('older', 1)).phase, 'produced', 'and copying goes on');
select is(tests.produce('older', 1), 'duplicate', 'told again, it is known');
select is(worker.deadline_passed((tests.job('older')).id, (tests.attempt('older', 1)).token, null), 'late', 'it has no deadline');
select is(tests.complete('older', 1), 'completed', 'it completes the job');
select is(tests.produce('older', 1), 'duplicate', 'told once more');
select is(tests.produce('older', 2), 'late', 'by whomever');
select is((tests.job('older')).request_id, 't-1 older', 'the job names its task');

-- It is not thrown away because the second fails before it is fetched
select pg_temp.retried('fails'), tests.webhook('fails', 'e-1', 'succeeded', 1, 't-1 fails');
select is(tests.fail_task('fails', 'never', 2), 'retried', 'a failure for good does not end a job that has succeeded');
select is(tests.ending('fails', 2), 'pending, refund none, charge, slot free, no row', 'it waits for the result');
select is(tests.produce('fails', 1), 'produced', 'which is taken');
select is(tests.complete('fails', 1), 'completed', 'and completes it');

-- Or the second is done before the first is copied
select pg_temp.retried('overtaken'), tests.produce('overtaken', 1);
select is(tests.ending('overtaken', 2), 'processing, refund none, charge, slot kept, open row: superseded', 'the second is in vain');
select is(tests.complete('overtaken', 2), 'completed', 'but stored first after all');
select is(tests.ending('overtaken', 2), 'completed, refund none, charge, slot free, closed row: succeeded', 'and nothing waits for it');

-- Addresses that have gone stale are told anew
select tests.create_job('ana', 'stale'), tests.submit('stale', 't-3'), tests.produce('stale');
select is(worker.produced(id, (tests.attempt('stale')).token, '[{"url": "https://fresh.test", "contentType": null}]', '{"a": 1}'),
  'duplicate', 'fresh addresses') from tests.job('stale');
select is((tests.attempt('stale')).outputs, '[{"url": "https://fresh.test", "contentType": null}]', 'are kept');
select is((tests.attempt('stale')).data, '{"a": 1}', 'with what came with them');

-- What it cost
select tests.create_job('ana', 'cost'), tests.submit('cost', 't-4');
select worker.produced(id, (tests.attempt('cost')).token, '[]', p_cost => 0.0125, p_cost_currency => 'USD') from tests.job('cost');
select results_eq($$ select cost, cost_currency from tests.attempt('cost') $$, $$ values (0.0125, 'USD') $$,
  'what a task has cost is kept, with its currency');
select tests.violates($$ update public.job_attempts set cost_currency = null where token = (tests.attempt('cost')).token $$,
  'costs_have_a_currency');

select tests.refuses($$ select worker.produced(id, (tests.attempt('cost')).token, '{}') from tests.job('cost') $$, 422, 'invalid_input',
  'outputs', 'outputs are an array');
select tests.refuses($$ select worker.produced(id, gen_random_uuid(), '[]') from tests.job('cost') $$, 409, 'stale_token', null,
  'a token that is nobody''s is refused');
select is_empty('select * from ops.credit_drift()', 'nothing is wrong');

select * from finish();
rollback;
