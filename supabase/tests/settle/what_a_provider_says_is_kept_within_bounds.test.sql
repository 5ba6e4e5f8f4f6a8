-- Whoever reports, and by whichever function: rows, history and broadcasts stay small, and say that something was cut.
begin;
select plan(23);

select tests.create_user('ana', 100);
select tests.enable_echo(20);
create function pg_temp.raw() returns jsonb language sql as $$
  select jsonb_build_object('status', 'failed', 'logs', repeat('step 7 of 9' || chr(10), 200000))
$$;
create function pg_temp.text() returns text language sql as $$ select 'It broke: ' || repeat('x', 400000) || ' because of this' $$;
create function pg_temp.id(p_key text) returns uuid language sql as $$ select (tests.job(p_key)).id $$;
create function pg_temp.token(p_key text) returns uuid language sql as $$ select (tests.attempt(p_key)).token $$;
create function pg_temp.bytes(p_key text) returns bigint language sql as $$ select octet_length(tests.job(p_key)::text) $$;
create function pg_temp.evidence(p_key text) returns bigint language sql as $$ select octet_length(tests.attempt(p_key)::text) $$;
create function pg_temp.job(p_key text) returns void language plpgsql as $$
begin
  perform tests.create_job('ana', p_key), tests.submit(p_key, 'task of ' || p_key);
end
$$;

-- Every way in which a provider's or a worker's words come in.
select pg_temp.job('failed');
select worker.attempt_failed(pg_temp.id('failed'), pg_temp.token('failed'), 'never', pg_temp.text(), pg_temp.text(), pg_temp.raw());
select pg_temp.job('retried');
select worker.attempt_failed(pg_temp.id('retried'), pg_temp.token('retried'), 'backoff', pg_temp.text(), pg_temp.text(), pg_temp.raw());
select pg_temp.job('refused');
select worker.output_refused(pg_temp.id('refused'), pg_temp.token('refused'), 'output_too_large', pg_temp.text(), pg_temp.raw());
select pg_temp.job('overdue');
update public.jobs set deadline_at = '2000-01-01' where idempotency_key = 'overdue';
select worker.deadline_passed(pg_temp.id('overdue'), pg_temp.token('overdue'), pg_temp.text());
select pg_temp.job('produced');
select worker.produced(pg_temp.id('produced'), pg_temp.token('produced'), '[]', p_raw => pg_temp.raw());
select pg_temp.job('completed');
select worker.complete(pg_temp.id('completed'), pg_temp.token('completed'), '{"files": []}', null, pg_temp.raw());
select pg_temp.job('completed at once');
select worker.complete_many(jsonb_build_array(jsonb_build_object('job_id', pg_temp.id('completed at once'),
  'token', pg_temp.token('completed at once'), 'output', '{"files": []}'::jsonb, 'raw', pg_temp.raw())));
select tests.create_job('ana', 'submitted'), tests.pass('submitted');
select worker.submitted(pg_temp.id('submitted'), pg_temp.token('submitted'), 'task-9', pg_temp.raw(),
  jsonb_build_object('taskStatus', pg_temp.text(), 'said', pg_temp.raw()));
select tests.create_job('ana', 'submitted at once'), tests.pass('submitted at once');
select worker.submitted_many(jsonb_build_array(jsonb_build_object('job_id', pg_temp.id('submitted at once'),
  'token', pg_temp.token('submitted at once'), 'external_id', 'task-10', 'raw', pg_temp.raw(),
  'details', jsonb_build_object('taskStatus', pg_temp.text()))));
select pg_temp.job('called back');
select worker.webhook('echo', 'event-1', pg_temp.id('called back'), pg_temp.token('called back'), 'token',
  jsonb_build_object('x-webhook', pg_temp.text()), pg_temp.raw(), null, 'task of called back', jsonb_build_object('taskStatus', pg_temp.text()));
select pg_temp.job('called back late'), tests.fail('called back late', 'never');
select worker.webhook('echo', 'event-2', pg_temp.id('called back late'), pg_temp.token('called back late'), 'token', '{}',
  to_jsonb(pg_temp.text()), null);
select worker.attempt_failed(pg_temp.id('called back late'), pg_temp.token('called back late'), 'never', 'late', pg_temp.text(), pg_temp.raw());

select cmp_ok(pg_temp.bytes(key), '<', 30000::bigint, 'the row of a job is small: ' || key) from (
  select idempotency_key as key from public.jobs order by 1) keys;
select is_empty(
  $$ select j.idempotency_key, octet_length(a::text), left(raw_api_response::text, 100) from public.job_attempts a join public.jobs j on j.id = a.job_id where octet_length(a::text) > 200000 or coalesce(raw_webhook_payload, raw_api_response)::text not like '%[cut%'
       and j.idempotency_key <> 'overdue' $$, 'so is every attempt, and says that something was cut');
select is_empty($$ select event_id from private.webhook_events e where octet_length(e::text) > 200000 $$, 'so is the inbox');
select cmp_ok((select max(octet_length(payload::text)) from realtime.messages), '<', 30000, 'and every broadcast');
select matches((tests.job('failed')).error_message, '^It broke: x+ … \[cut: 400026 characters in all\] … x+ because of this$',
  'an error says how it began, how it ended, and how long it was');
select is((tests.entry('failed', 'failed') ->> 'error'), (tests.job('failed')).error_message, 'in the history too');
select is((tests.attempt('failed')).error_message, (tests.job('failed')).error_message, 'and in the attempt');
select is((tests.attempt('failed')).raw_api_response ->> 'status', 'failed', 'of an answer, what is short is kept whole');
select is((select payload ->> 'status' from private.webhook_events where dedupe_key = 'event-1'), 'failed', 'of a webhook too');

-- What an index holds.
select tests.create_job('ana', 'long id'), tests.pass('long id');
select lives_ok(
  $$ select worker.submitted(pg_temp.id('long id'), pg_temp.token('long id'), (select string_agg(md5(n::text), '') from generate_series(1, 1000) n), '{}') $$,
  'a task''s id of 32,000 characters');
select is((tests.job('long id')).request_id, left((tests.attempt('long id')).external_id, 500), 'is looked for by its first 500');
select is(length((tests.attempt('long id')).external_id), 32000, 'and asked for by all of it');
create function pg_temp.key(p_last integer) returns text language sql as $$
  select string_agg(md5(n::text), '') || p_last from generate_series(1, 1000) n
$$;
create function pg_temp.call(p_key text) returns text language sql as $$
  select worker.webhook('echo', p_key, pg_temp.id('long id'), pg_temp.token('long id'), 'token', '{}', '{}', null,
    (tests.attempt('long id')).external_id) ->> 'verdict'
$$;
select is(array[pg_temp.call(pg_temp.key(1)), pg_temp.call(pg_temp.key(2)), pg_temp.call(pg_temp.key(1))],
  '{accepted,accepted,duplicate}', 'keys of events of any length are told apart');
select * from finish();
rollback;
