begin;
select plan(28);
select tests.deploy();
select tests.enable_echo(12);
update private.lanes set poll_after = '2 minutes' where lane = 'echo';
select tests.create_user('ana');
select tests.create_job('ana', name) from unnest(array['young', 'slow', 'silent', 'lost', 'asked', 'unasked', 'said', 'twice', 'late']) name;
select tests.submit(name, 'task ' || name) from unnest(array['young', 'slow', 'silent', 'lost', 'asked', 'unasked', 'twice', 'late']) name;


-- Nothing was measured: nothing is guessed.
select is(tests.first_verdict('young'), 'provider_running info', 'a task runs');
select is((tests.verdict('young', 'provider_running')).expected_at, null, 'and until when nobody knows');
select is((tests.verdict('young', 'provider_running')).evidence ->> 'task', 'task young', 'its name is there');
select is((tests.verdict('young', 'deadline_in')).expected_at, (tests.job('young')).deadline_at, 'its deadline is told');
select is((tests.verdict('young', 'poll_due')).level, 'info', 'and when the provider is asked');

-- Measured: half take 40 seconds, nineteen of twenty a minute.
select tests.pace('echo', '40 seconds', '60 seconds');
select tests.age('young', '10 seconds');
select is((tests.verdict('young', 'provider_running')).expected_at, (tests.attempt('young')).submitted_at + interval '40 seconds',
  'it is likely to be done when half of them are');
select ok((tests.verdict('young', 'provider_slow')).ruled_out, 'it is not slow');
select ok((tests.verdict('young', 'webhook_overdue')).ruled_out, 'its webhook is not missed');
select ok((tests.verdict('young', 'webhook_refused')).ruled_out, 'none was refused');
select tests.age('young', '40 seconds');
select is((tests.verdict('young', 'provider_running')).expected_at, (tests.attempt('young')).submitted_at + interval '60 seconds',
  'then when nineteen of twenty are');

-- Longer than that, and nothing was heard.
select tests.age('silent', '90 seconds');
select is(tests.first_verdict('silent'), 'webhook_overdue warn', 'a webhook that should have come is missed');
select is((tests.verdict('silent', 'webhook_overdue')).clears, 'by_itself', 'the provider is asked instead');
select is((tests.verdict('silent', 'provider_slow')).code, null, 'nobody calls it slow whom nobody has asked');

-- It was asked, and runs still.
select tests.age('slow', '3 minutes'), tests.message_is_due('settle_queue', 'slow', '30 seconds', 2);
select is(tests.first_verdict('slow'), 'provider_slow warn', 'one that says that it still runs is slow');
select is((tests.verdict('slow', 'provider_slow')).evidence ->> 'p95_seconds', '60.0', 'by what was measured');
select ok((tests.verdict('slow', 'webhook_overdue')).ruled_out, 'and no webhook is missed');
select tests.pace('echo', '40 seconds', '60 seconds', 4);
select is(tests.first_verdict('slow'), 'provider_running info', 'four samples call nobody slow');

-- What was measured long ago, while others have ended since, says nothing.
select tests.pace('echo', '40 seconds', '60 seconds', 50, '1 hour');
select tests.create_job('ana', 'done');
select tests.submit('done', 'task done');
select tests.complete('done');
select is((tests.verdict('slow', 'provider_running')).expected_at, null, 'by what is stale nothing is said');
select is((tests.verdict('slow', 'provider_slow')).code, null, 'nor is anybody called slow');
select is(tests.first_verdict('slow'), 'telemetry_stale warn', 'but that it is stale');
select is((tests.verdict('slow', 'telemetry_stale')).subject, 'echo', 'and what of');
select tests.pace('echo', '40 seconds', '60 seconds');

-- Questions
select pgmq.delete('settle_queue', msg_id) from tests.messages('settle_queue') where message ->> 'job_id' = (tests.job('lost')).id::text;
select is(tests.first_verdict('lost'), 'message_lost warn', 'a question that is lost is missed');
select tests.age('unasked', '10 minutes'), tests.message_is_due('settle_queue', 'unasked', '-4 minutes', 3);
select is((tests.verdict('unasked', 'poll_due')).level, 'warn', 'that nobody asks is not as it should be');
select matches((tests.verdict('unasked', 'poll_due')).detail, 'was to be asked 4 min ago', 'and is said');
select tests.message_is_due('settle_queue', 'unasked', '1 minute', 4);

-- The provider has said its word.
select tests.webhook('said', 'a', 'succeeded', p_external_id => 'task said');
select is(tests.first_verdict('said'), 'asking info', 'a provider that has called back is asked for the truth');
update public.job_attempts set checkpoint = checkpoint || '{"failure_seen": true}' where job_id = (tests.job('twice')).id;
select matches((tests.verdict('twice', 'asking')).detail, 'believed when it says so again', 'a failure that nobody announced is asked about twice');

-- Time is over.
update public.jobs set deadline_at = private.now() - interval '1 minute' where id = (tests.job('late')).id;
select is(tests.first_verdict('late'), 'deadline_in warn', 'a deadline that has passed is the first to be told');
select is((tests.verdict('late', 'deadline_in')).expected_at, (tests.job('late')).deadline_at + interval '5 minutes',
  'until it is given up it is asked a last time');
select * from finish();
rollback;
