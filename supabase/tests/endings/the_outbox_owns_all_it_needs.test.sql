begin;
select plan(25);

select tests.create_user('ana', 20);
select tests.enable_echo(4);
select tests.freeze('2030-01-01 00:00:00Z');
select tests.create_job('ana', 'one');
select worker.checkpoint((tests.job('one')).id, (tests.attempt('one')).token,
  '{"files": {"image": "api/1.png"}, "copying": [1], "stored": [2], "looks": 3, "copying_until": "2030-01-01T00:01:00Z"}', '{"resubmit": "idempotent"}');
select worker.submitted((tests.job('one')).id, (tests.attempt('one')).token, 't-1', null, p_checkpoint => '{"response_url": "u"}');
create temporary table was on commit drop as select * from tests.attempt('one');
select tests.cancel('one');

create temporary table items on commit drop as select i from worker.receive_cancels() i;
select is((select count(*) from items), 1::bigint, 'there is one row to work on');
select is(i -> 'attempt' -> 'token', to_jsonb(w.token), 'it has the token') from items, was w;
select is(i #>> '{attempt,external_id}', 't-1', 'the task') from items;
select is(i #> '{attempt,checkpoint}', '{"files": {"image": "api/1.png"}, "response_url": "u"}',
  'what its provider needs to find it, without what copying has noted') from items;
select is(i #>> '{attempt,resubmit}', 'idempotent', 'how a submit may be repeated') from items;
select is(i #>> '{account,api_key}', 'the-api-key', 'the key') from items;
select is(i ->> 'kind', 'cancel', 'what is to be done') from items;
select is(i #> '{job,input}', '{}', 'and nothing of what the user had asked for') from items;
select is(i #> '{cancel}', '{"reason": "cancelled", "asked_at": null, "tries": 1, "is_sender_gone": false, "accepted_id": null,
  "nones": 0}', 'how far it is') from items;

-- A worker that crashes
select is_empty('select worker.receive_cancels()', 'a row is leased to one worker');
select tests.later('59 seconds');
select is_empty('select worker.receive_cancels()', 'for a minute');
select tests.later('1 second');
select is((select i #>> '{cancel,tries}' from worker.receive_cancels() i), '2', 'then to another');

-- What is learned
select worker.cancel_noted(token, p_asked => true, p_delay => '10 seconds', p_note => '{"seen": 1}') from was;
select tests.later('9 seconds');
select is_empty('select worker.receive_cancels()', 'whoever looks says when to look again');
select tests.later('1 second');
select is((select i #> '{cancel,asked_at}' from worker.receive_cancels() i), to_jsonb('2030-01-01 00:01:00Z'::timestamptz),
  'asked is not yet stopped: it is worked on');
select is((select checkpoint ->> 'seen' from private.cancels), '1', 'what was learned is kept');
select worker.cancel_noted(token, 't-2') from was;
select is((select external_id from private.cancels), 't-1', 'the id that is known stays');
select tests.later('1 minute'), tests.later('10 minutes');
select is((select i #>> '{cancel,is_sender_gone}' from worker.receive_cancels() i), 'true',
  'when the lease of the submit is over, and a grace, nobody can be at it');

-- The end
select is(tests.over('one', 'stopped'), true, 'it is worked on until the task is over');
select is((select checkpoint from private.cancels), '{}', 'then it forgets what it needed');
select worker.cancel_noted(token, 't-3', true) from was;
select is((select how || coalesce(asked_at::text, '') from private.cancels), 'stopped2030-01-01 00:01:00+00', 'and learns no more');
select tests.later('1 hour');
select is_empty('select worker.receive_cancels()', 'nobody looks at it again');
select private.clean_up();
select is((select count(*) from private.cancels), 1::bigint, 'it is kept as evidence');
select tests.later('31 days'), private.clean_up();
select is((select count(*) from private.cancels), 0::bigint, 'for a month');
select is(tests.over('one', 'failed'), false, 'of what there is no row of, nothing is done');
select is_empty('select * from tests.unrest()', 'all has ended');

select * from finish();
rollback;
