begin;
select plan(7);
select tests.create_user('ana');
select tests.enable_echo(9), tests.enable_tool('other', 'elsewhere', 5);
update public.tools set max_attempts = 1 where tool = 'echo';
select tests.create_job('ana', k) from unnest(array['fast', 'slow', 'failed', 'busy', 'runs', 'dear']) k;
select tests.submit(k, 'task ' || k) from unnest(array['fast', 'slow', 'failed', 'runs', 'dear']) k;
select tests.age('fast', '10 seconds'), tests.age('slow', '30 seconds'), tests.age('runs', '5 minutes'), tests.age('dear', '20 seconds');
select worker.cost_noted((tests.job(k)).id, (tests.attempt(k)).token, 0.25, 'USD') from unnest(array['fast', 'failed']) k;
select worker.cost_noted((tests.job('dear')).id, (tests.attempt('dear')).token, 7, 'coins');
select tests.complete('fast'), tests.complete('slow'), tests.complete('dear'), tests.fail_task('failed'), tests.fail('busy', 'wait', '1 day');

select results_eq($$ select provider, tool, attempts, succeeded, failed, sent_back, failure_percent, running from ops.provider_health() where lane = 'echo' $$,
  $$ values ('echo', 'echo', 5::bigint, 3::bigint, 1::bigint, 1::bigint, 25.0, 1::bigint) $$, 'how they ended, and what runs');
select ok(latency_p50_seconds between 20 and 25 and latency_p95_seconds between 28 and 35, 'how long they took: ' || latency_p50_seconds || ', ' || latency_p95_seconds)
from ops.provider_health() where lane = 'echo';
select ok(oldest_running_seconds between 300 and 310, 'how old the oldest is that runs') from ops.provider_health() where lane = 'echo';
select is((select cost from ops.provider_health() where lane = 'echo'), '{"USD": 0.50, "coins": 7}', 'what they cost, by currency');
select is((select circuit from ops.provider_health() where lane = 'echo'), 'closed', 'its circuit is closed');
update private.lanes set circuit_failures = 3, circuit_opened_at = private.now(), circuit_probe_at = private.now(), circuit_reason = 'HTTP 503' where lane = 'echo';
select is((select circuit from ops.provider_health() where lane = 'echo'), 'HTTP 503', 'or open, and why');
select is_empty($$ select from ops.provider_health() where lane = 'elsewhere' $$, 'what did nothing has no row');
select * from finish();
rollback;
