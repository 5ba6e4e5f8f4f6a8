-- Every command, while the clock shows a time before all that is stored: once by an hour, once by a month.
begin;
select plan(60);

select tests.create_user('ana', 1000);
select tests.enable_tool('hook', 'hooked', 50);
update private.lanes set poll_after = '2 minutes', backoff_base = '5 seconds' where lane = 'hooked';
create temporary table ends (of text, what text, said text);

-- Brings a job to a stage at noon, sets the clock back, says something, and tells what came of it.
create function pg_temp.after_noon(p_stage text, p_sql text, p_back interval) returns text language plpgsql as $$
declare
  v_key text := p_stage || ' ' || p_sql || ' ' || p_back;
  v_answer text;
begin
  perform tests.freeze('2030-06-01 12:00Z');
  perform tests.create_job('ana', v_key, 'hook', p_run_at => case p_stage when 'later' then timestamptz '2030-06-01 13:00Z' end);
  case p_stage
    when 'waiting' then perform tests.fail(v_key, 'backoff', interval '1 minute');
    when 'submitting' then perform tests.pass(v_key);
    when 'submitted' then perform tests.submit(v_key);
    when 'told' then perform tests.submit(v_key); perform tests.webhook(v_key, v_key, p_external_id => 'task-1');
    when 'failed' then perform tests.fail(v_key, 'never');
    else null;
  end case;
  perform tests.freeze(timestamptz '2030-06-01 12:00Z' - p_back);
  execute format('select (%s)::text', replace(p_sql, '$key', quote_literal(v_key))) into v_answer;
  return v_answer || ' → ' || (tests.job(v_key)).status || case when (tests.job(v_key)).refund <> 'none' then ', refund ' || (tests.job(v_key)).refund else '' end;
end
$$;
create function pg_temp.goes_on(p_stage text, p_sql text, p_expected text) returns setof text language sql as $$
  select is(pg_temp.after_noon(p_stage, p_sql, back), p_expected, format('%s: %s, %s back', p_stage, p_sql, back))
  from (values (interval '1 hour'), (interval '30 days')) b (back)
$$;

select pg_temp.goes_on('later', 'tests.cancel($key)', 'cancelled → cancelled, refund paid');
select pg_temp.goes_on('starting', 'tests.cancel($key)', 'cancelled → cancelled, refund paid');
select pg_temp.goes_on('submitting', 'tests.cancel($key)', 'cancelled → cancelled, refund due');
select pg_temp.goes_on('submitted', 'tests.cancel($key)', 'cancelled → cancelled, refund due');
select pg_temp.goes_on('waiting', 'tests.cancel($key)', 'cancelled → cancelled, refund paid');
select pg_temp.goes_on('starting', 'tests.pass($key)', 'true → processing');
select pg_temp.goes_on('starting', 'tests.submit($key)', 'processing → processing');
select pg_temp.goes_on('submitted', 'tests.submit($key)', 'processing → processing');
select pg_temp.goes_on('starting', 'tests.fail($key, ''wait'')', 'retried → pending');
select pg_temp.goes_on('starting', 'tests.fail($key, ''backoff'')', 'retried → pending');
select pg_temp.goes_on('starting', 'tests.fail($key, ''never'')', 'failed → failed, refund paid');
select pg_temp.goes_on('submitted', 'tests.fail($key, ''never'')', 'failed → failed, refund paid');
select pg_temp.goes_on('submitted', 'tests.complete($key)', 'completed → completed');
select pg_temp.goes_on('told', 'tests.complete($key)', 'completed → completed');
select pg_temp.goes_on('submitted', 'tests.webhook($key, $key || ''again'') ->> ''verdict''', 'accepted → processing');
select pg_temp.goes_on('submitted', 'worker.progress((tests.job($key)).id, (tests.attempt($key)).token, 40::smallint)', 'true → processing');
select pg_temp.goes_on('failed', '(public.retry_job((tests.job($key)).id)).status', 'processing → failed, refund paid');
select pg_temp.goes_on('submitted', '(tests.create_job(''ana'', $key, ''hook'') = (tests.job($key)).id)', 'true → processing');
select pg_temp.goes_on('submitted', 'private.dispatch(''hooked'') >= 0', 'true → processing');
select pg_temp.goes_on('submitted', 'private.tick() >= 0', 'true → processing');
select pg_temp.goes_on('submitted', 'private.sweep() is not null', 'true → processing');
select pg_temp.goes_on('submitted', 'private.clean_up() is not null', 'true → processing');
select pg_temp.goes_on('submitted', 'private.alerts_tick() is not null', 'true → processing');
select pg_temp.goes_on('submitted', 'worker.reap() is not null', 'true → processing');
select pg_temp.goes_on('starting', 'worker.reap() is not null', 'true → processing');
select pg_temp.goes_on('told', 'worker.reap() is not null', 'true → processing');

select is_empty('select * from ops.credit_drift()', 'the ledger is right');
select is_empty('select id from public.jobs where completed_at < created_at', 'nothing ended before it began');
select is_empty(
  $$ select id from public.jobs where jsonb_array_length(step_history) < 4 $$, 'every history is whole');
select cmp_ok((select count(*) from public.jobs), '>=', 52::bigint, 'of each job');
select tests.freeze('2030-05-01 00:00Z');
select is(
  array(select (private.alerts_tick() is not null) and (worker.reap() is not null) and private.tick() >= 0), '{t}',
  'the schedules beat on');
select is(
  (select count(*) from private.heartbeats where beat_at <> '2030-05-01 00:00Z' and name in ('esteira-alerts', 'esteira-reap', 'esteira-tick')), 0::bigint,
  'by the clock as it is');
select lives_ok($$ select tests.create_job('ana', 'new', 'hook') $$, 'a new job');
select is((tests.job('new')).status, 'processing', 'starts');

select * from finish();
rollback;
