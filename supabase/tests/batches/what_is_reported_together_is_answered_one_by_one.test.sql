-- Several calls of one worker in one transaction: each is answered as if it had been made alone, and one that is refused
-- keeps none of the others from being written down.
begin;
select plan(27);

select tests.freeze('2030-01-01 00:00Z');
select tests.create_user('ana', 1000), tests.create_user('bea', 1000);
select tests.enable_tool('echo', 'echo', 50);
update private.lanes set max_active_per_user = null where lane = 'echo';
select tests.create_job(case when n % 2 = 0 then 'ana' else 'bea' end, 'j' || n, 'echo') from generate_series(1, 20) n;
select worker.checkpoint(j.id, a.token, '{}', '{"resubmit": "reconcile_only", "can_stop": true}')
from public.jobs j join public.job_attempts a on a.job_id = j.id;

create function pg_temp.call(p_call text, p_key text, p_more jsonb default '{}') returns jsonb language sql as $$
  select jsonb_build_object('call', p_call, 'args', jsonb_build_object(
    'p_job_id', (tests.job(p_key)).id, 'p_token', (tests.attempt(p_key)).token) || p_more)
$$;
create function pg_temp.fails(p_key text, p_class text default 'never') returns jsonb language sql as $$
  select pg_temp.call('attempt_failed', p_key, jsonb_build_object('p_retry_class', p_class, 'p_error_code', 'no',
    'p_error_message', 'It said no', 'p_raw', null, 'p_queue', 'settle_queue'))
$$;
create function pg_temp.taken(p_key text) returns jsonb language sql as $$
  select pg_temp.call('submitted', p_key, jsonb_build_object('p_external_id', 'task-' || p_key, 'p_raw', null,
    'p_details', '{"taskStatus": "QUEUED"}'::jsonb))
$$;
create function pg_temp.done(p_key text) returns jsonb language sql as $$
  select pg_temp.call('complete', p_key, '{"p_output": {"files": []}, "p_output_url": null, "p_raw": {"code": 0}}')
$$;
create function pg_temp.webhook(p_key text, p_word text default null) returns jsonb language sql as $$
  select pg_temp.call('webhook', p_key, jsonb_build_object('p_provider', 'echo', 'p_dedupe_key', p_key || p_word,
    'p_verified_by', 'token', 'p_headers', '{}'::jsonb, 'p_payload', '{"said": 1}'::jsonb, 'p_word', p_word,
    'p_external_id', 'task-' || p_key, 'p_details', '{}'::jsonb))
$$;
create function pg_temp.told(variadic p_reports jsonb[]) returns jsonb language sql as $$
  select worker.report_many(to_jsonb(p_reports))
$$;
create function pg_temp.stranger(p_report jsonb) returns jsonb language sql as $$
  select jsonb_set(p_report, '{args,p_token}', '"0199d2c4-8a6b-7c3d-9e4f-5a6b7c8d9e0f"')
$$;

-- Of one kind, and of several -----------------------------------------------------------------------------------
select is(pg_temp.told(pg_temp.taken('j3'), pg_temp.taken('j1'), pg_temp.taken('j2')),
  '[{"data": "processing"}, {"data": "processing"}, {"data": "processing"}]', 'three submits, in their order');
select is((tests.attempt('j' || n)).external_id, 'task-j' || n, 'each has its task') from generate_series(1, 3) n;
select matches(((tests.job('j1')).step_history -> -1)::text, 'QUEUED', 'and its details');

select is(pg_temp.told(
  pg_temp.call('checkpoint', 'j4', '{"p_checkpoint": {"seen": 1}, "p_terms": {}}'), pg_temp.taken('j5'), pg_temp.done('j1'),
  pg_temp.fails('j2'), pg_temp.webhook('j3', 'succeeded'), pg_temp.done('j6'), pg_temp.taken('j7')) #- '{4,data,message}',
  '[{"data": false}, {"data": "processing"}, {"data": "completed"}, {"data": "failed"}, {"data": {"verdict": "accepted", '
  '"lane": "echo", "waits": false}}, {"data": "completed"}, {"data": "processing"}]', 'seven of five kinds');
select is((tests.job('j1')).status || ' ' || (tests.job('j6')).status, 'completed completed', 'two are completed');
select is((tests.job('j2')).refund, 'paid', 'one has failed and is refunded');
select is((tests.job('j3')).current_step, 'webhook_received', 'one was heard of');
select is((tests.attempt('j1')).raw_api_response, '{"code": 0}', 'what was said is kept');

-- Each has its own error ----------------------------------------------------------------------------------------
select is(pg_temp.told(pg_temp.stranger(pg_temp.taken('j8')), pg_temp.taken('j9'), pg_temp.taken('j10'),
    pg_temp.fails('j11', 'sometimes'), pg_temp.stranger(pg_temp.done('j12')), pg_temp.done('j13'), pg_temp.done('j14'))
    #- '{0,error,message}' #- '{4,error,message}',
  '[{"error": {"code": "PT409", "details": "stale_token", "hint": ""}}, {"data": "processing"}, {"data": "processing"}, '
  '{"error": {"code": "PT422", "details": "invalid_retry_class", "hint": "retry_class", "message": "''sometimes'' is no retry class."}}, '
  '{"error": {"code": "PT409", "details": "stale_token", "hint": ""}}, {"data": "completed"}, {"data": "completed"}]',
  'strangers'' tokens and a class that is none are refused, as alone');
select is((tests.job('j' || n)).status::text, 'completed', 'those beside them are completed') from unnest(array[13, 14]) n;
select is((tests.attempt('j' || n)).external_id, 'task-j' || n, 'or submitted') from unnest(array[9, 10]) n;
select is((tests.attempt('j' || n)).external_id, null, 'and nothing is written for the refused') from unnest(array[8, 11, 12]) n;

-- A batch that fails as a whole is made one by one.
select is(pg_temp.told(jsonb_set(pg_temp.taken('j16'), '{args,p_token}', '"no token"'), pg_temp.taken('j17'), pg_temp.taken('j15'),
    pg_temp.done('j18'))#>> '{0,error,code}', '22P02', 'what is no token has its own error');
select is((tests.attempt('j15')).external_id, 'task-j15', 'and another is submitted');
select is((tests.attempt('j17')).external_id, 'task-j17', 'and the other is submitted');
select is((tests.job('j18')).status::text, 'completed', 'or completed');

-- One job several times -----------------------------------------------------------------------------------------
select is(pg_temp.told(pg_temp.done('j19'), pg_temp.done('j19'), pg_temp.taken('j20'), pg_temp.fails('j20'), pg_temp.fails('j20')),
  '[{"data": "completed"}, {"data": "duplicate"}, {"data": "processing"}, {"data": "failed"}, {"data": "duplicate"}]',
  'what is said of one job is heard in its order');

-- What is no report ---------------------------------------------------------------------------------------------
select throws_ok(format('select worker.report_many(%L)', told), 'PT422', null, told)
from unnest(array['[]', '{}', '[{"call": "receive", "args": {}}]', '[{"call": "defer"}]']) told;

select * from finish();
rollback;
