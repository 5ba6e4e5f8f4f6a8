-- @acceptance 004:57
-- starting: dispatched, and nobody has begun; taken: a worker has the message; running: the provider has the task;
-- calling back: the webhook said that it is not done yet; called back: it is done, its slot is another's already.
begin;
select plan(30);

select tests.create_user('ana', 10);
select tests.enable_echo(1);
create function pg_temp.bring_to(p_stage text) returns void language plpgsql as $$
begin
  perform tests.create_job('ana', p_stage);
  if p_stage <> 'starting' then perform worker.receive('echo'); end if;
  if p_stage in ('running', 'calling back', 'called back') then perform tests.submit(p_stage); end if;
  if p_stage = 'calling back' then perform tests.webhook(p_stage, 'event of ' || p_stage, p_word => null); end if;
  if p_stage = 'called back' then perform tests.webhook(p_stage, 'event of ' || p_stage); end if;
end
$$;
create function pg_temp.check_cancelling(p_stage text, p_step text) returns setof text language plpgsql as $$
declare
  v_next text := 'after ' || p_stage;
begin
  perform pg_temp.bring_to(p_stage);
  delete from pgmq.q_settle_queue;
  perform tests.create_job('ana', v_next);
  return next is(tests.cancel(p_stage), 'cancelled', p_stage || ' is cancelled');
  return next is(
    tests.entry(p_stage, 'cancelled'), jsonb_build_object('at_step', p_step, 'refunded', 1, 'newBalance', 9),
    p_stage || ': its history says where, and what was given back');
  return next is((tests.attempt(p_stage)).outcome, 'cancelled', p_stage || ': its attempt has ended');
  return next is(tests.running(), array[v_next], p_stage || ': the next job has its slot');
  return next results_eq(
    'select message from tests.messages(''settle_queue'')',
    format('select %L::jsonb', jsonb_build_object('job_id', (tests.job(p_stage)).id, 'attempt', 1, 'kind', 'cancel')),
    p_stage || ': a message asks to stop it at the provider');
  perform tests.cancel(p_stage);
  return next is(
    (select array[tests.balance('ana'), count(*)] from tests.messages('settle_queue')), array[9, 1]::bigint[],
    p_stage || ': cancelling again pays nothing and asks nobody');
  perform tests.cancel(v_next);
end
$$;
select pg_temp.check_cancelling('starting', 'starting');
select pg_temp.check_cancelling('taken', 'starting');
select pg_temp.check_cancelling('running', 'running');
select pg_temp.check_cancelling('calling back', 'webhook_received');
select pg_temp.check_cancelling('called back', 'webhook_received');

select * from finish();
rollback;
