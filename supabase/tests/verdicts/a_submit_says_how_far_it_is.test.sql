begin;
select plan(24);
select tests.deploy();
select tests.enable_echo(9);
update private.lanes set lease = '2 minutes' where lane = 'echo';
select tests.create_user('ana');
select tests.create_job('ana', name) from unnest(array['new', 'unread', 'put off', 'sent', 'doubt', 'twice', 'lost', 'down', 'stranded']) name;


-- On its way
select is(tests.first_verdict('new'), 'submitting info', 'who was given a slot is handed over');
select matches((tests.verdict('new', 'submitting')).detail, 'the next worker reads', 'a worker is on its way');
select ok((tests.verdict('new', 'message_lost')).ruled_out, 'its message is there');
select ok((tests.verdict('new', 'submit_in_doubt')).ruled_out, 'nothing was sent');
select ok((tests.verdict('new', 'provider_down')).ruled_out, 'its provider is not down');
select tests.message_is_due('echo_queue', 'unread', '-3 minutes', 0);
select is((tests.verdict('unread', 'submitting')).level, 'warn', 'that nobody reads its message is not as it should be');
select matches((tests.verdict('unread', 'submitting')).detail, 'for 3 min: no worker has come', 'and is said');
select tests.message_is_due('echo_queue', 'unread', '-3 minutes', 2);
select matches((tests.verdict('unread', 'submitting')).detail, 'for 3 min: the worker that had it is gone', 'a worker that died is told apart');
select tests.message_is_due('echo_queue', 'unread', '2 minutes', 1);
select tests.message_is_due('echo_queue', 'put off', '10 minutes', 1);
select matches((tests.verdict('put off', 'submitting')).detail, 'put its submit off', 'a submit that is put off is told');

-- Sent
select tests.pass('sent');
select is(tests.first_verdict('sent'), 'submitting info', 'a submit that is under way is no doubt');
select matches((tests.verdict('sent', 'submitting')).detail, 'Submit 1 is under way', 'it is counted');

-- In doubt
select tests.doubt('doubt', 'reconcile_only');
select tests.age('doubt', '5 minutes');
select is(tests.first_verdict('doubt'), 'submit_in_doubt warn', 'a submit that nobody has answered is in doubt');
select matches((tests.verdict('doubt', 'submit_in_doubt')).detail, 'never sent again', 'and is not sent again');
select is((tests.verdict('doubt', 'submit_in_doubt')).expected_at, (tests.job('doubt')).deadline_at, 'its deadline decides at the latest');
select tests.doubt('twice', 'at_least_once');
select tests.age('twice', '5 minutes');
select worker.none_found((tests.job('twice')).id, (tests.attempt('twice')).token);
select matches((tests.verdict('twice', 'submit_in_doubt')).detail, 'said twice that it has none \(so far 1\)',
  'where it may be sent again, so is what for that is waited');

-- Lost
select pgmq.delete('echo_queue', msg_id) from tests.messages('echo_queue') where message ->> 'job_id' = (tests.job('lost')).id::text;
select is(tests.first_verdict('lost'), 'message_lost warn', 'a message that is gone is missed');
select cmp_ok((tests.verdict('lost', 'message_lost')).expected_at, '>', private.now() + interval '4 minutes',
  'and sent again two leases after its attempt began');
select is((tests.verdict('lost', 'message_lost')).clears, 'by_itself', 'by itself');
select tests.age('lost', '1 hour');
select private.resend_lost_messages();
select is(tests.first_verdict('lost'), 'submitting info', 'so it is');

-- The provider is down: said before what comes of it
update private.lanes set circuit_failures = 3, circuit_opened_at = private.now() - interval '1 minute', circuit_probe_at = private.now(),
  circuit_reason = 'HTTP 503' where lane = 'echo';
select is(tests.first_verdict('down'), 'provider_down warn', 'a provider that is down is the reason');
select matches((tests.verdict('down', 'provider_down')).detail, 'echo is taken for down: HTTP 503', 'with what it said');
select results_eq($$ select code from ops.diagnose((tests.job('doubt')).id) where level = 'warn' and not ruled_out order by rank $$,
  $$ values ('submit_in_doubt'), ('provider_down') $$, 'two causes are both named, in the order of the chain');

-- What cannot be
update public.job_attempts set phase = 'finished', outcome = 'superseded', finished_at = private.now()
where job_id = (tests.job('stranded')).id;
select is(tests.first_verdict('stranded'), 'stranded error', 'a job that runs without an attempt is broken');

select tests.reset();
select set_config('tests.doubt', (tests.job('doubt')).id::text, true);
select tests.as_user('ana');
select is((select words ->> 'en' from public.why(current_setting('tests.doubt')::uuid) where rank = 1),
  'We are finding out whether your job was taken. That is decided by itself, at the latest in about 30 minutes. If it was not, you get back what it cost.',
  'its owner is told in words');
select * from finish();
rollback;
