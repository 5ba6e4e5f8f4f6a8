-- @acceptance 004:57
-- starting: dispatched, and nobody has begun; taken: a worker has the message; submitting: it has passed the checkpoint;
-- running: the provider has the task; calling back: the webhook said that it is not done yet.
begin;
select plan(46);

select tests.create_user('ana', 10);
select tests.enable_echo(1);
create function pg_temp.bring_to(p_stage text) returns void language plpgsql as $$
begin
  perform tests.create_job('ana', p_stage);
  if p_stage <> 'starting' then perform worker.receive('echo'); end if;
  if p_stage = 'submitting' then perform tests.pass(p_stage); end if;
  if p_stage in ('running', 'calling back', 'called back') then perform tests.submit(p_stage); end if;
  if p_stage = 'calling back' then perform tests.webhook(p_stage, 'event of ' || p_stage, p_word => null); end if;
  if p_stage = 'called back' then perform tests.webhook(p_stage, 'event of ' || p_stage); end if;
end
$$;
create function pg_temp.check_cancelling(p_stage text, p_step text, p_may_live boolean) returns setof text language plpgsql as $$
declare
  v_next text := 'after ' || p_stage;
begin
  perform pg_temp.bring_to(p_stage);
  perform tests.create_job('ana', v_next);
  return next is(tests.cancel(p_stage), 'cancelled', p_stage || ' is cancelled');
  return next is(
    tests.entry(p_stage, 'cancelled'), case when p_may_live then jsonb_build_object('at_step', p_step, 'refund', 'due')
      else jsonb_build_object('at_step', p_step, 'refund', 'paid', 'refunded', 1, 'newBalance', 9) end,
    p_stage || ': its history says where, and what is given back');
  return next is((tests.attempt(p_stage)).outcome, 'cancelled', p_stage || ': its attempt has ended');
  return next is(tests.running(), case when p_may_live then '{}' else array[v_next] end,
    p_stage || ': the next job has its slot if its task cannot live');
  return next is((select count(*) from private.cancels where over_at is null), p_may_live::integer::bigint,
    p_stage || ': the outbox has it to be stopped if it may');
  perform tests.cancel(p_stage);
  return next is(
    (select array[tests.balance('ana'), count(*)] from private.cancels where over_at is null),
    case when p_may_live then array[8, 1] else array[9, 0] end::bigint[],
    p_stage || ': cancelling again pays nothing and asks nobody');
  perform worker.task_over((tests.attempt(p_stage)).token, 'stopped');
  return next is(tests.running(), array[v_next], p_stage || ': stopped, it leaves its slot to the next');
  return next is(tests.balance('ana')::bigint, 9::bigint, p_stage || ': and is paid back');
  return next is((tests.job(p_stage)).refund, 'paid', p_stage || ': as the job says');
  perform tests.cancel(v_next);
end
$$;
select pg_temp.check_cancelling('starting', 'starting', false);
select pg_temp.check_cancelling('taken', 'starting', false);
select pg_temp.check_cancelling('submitting', 'starting', true);
select pg_temp.check_cancelling('running', 'running', true);
select pg_temp.check_cancelling('calling back', 'webhook_received', true);

select pg_temp.bring_to('called back');
select tests.refuses($$ select tests.cancel('called back') $$, 409, 'job_finishing', null, 'called back: its provider is done with it');

select * from finish();
rollback;
