begin;
select plan(9);

select tests.create_user('ana');
select tests.enable_echo(4);
select tests.create_job('ana', key) from unnest(array['retried', 'cancelled', 'completed', 'called back']) key;
create function pg_temp.report(p_key text, p_attempt integer) returns boolean language sql as $$
  select worker.progress((tests.job(p_key)).id, (tests.attempt(p_key, p_attempt)).token, 50::smallint)
$$;
select tests.fail('retried', 'backoff', interval '1 hour');
select is(pg_temp.report('retried', 1), false, 'while the job waits for its next attempt');
update public.jobs set run_at = null where idempotency_key = 'retried';
select private.dispatch('echo');
select is(pg_temp.report('retried', 1), false, 'while a newer attempt runs');
select is((tests.job('retried')).progress, null, 'which is not taken for the older one');
select is(pg_temp.report('retried', 2), true, 'the newer goes on');
select tests.cancel('cancelled'), tests.complete('completed');
select is(pg_temp.report('cancelled', 1), false, 'when the job was cancelled');
select is(pg_temp.report('completed', 1), false, 'or completed');
select tests.webhook('called back', 'event-1', p_word => null);
select is(pg_temp.report('called back', 1), true, 'a webhook alone ends nothing');
select tests.refuses(
  format('select worker.progress(%L, gen_random_uuid(), 1::smallint)', (tests.job('called back')).id),
  409, 'stale_token', null, 'a token of no attempt is refused');
select tests.refuses(
  format('select worker.progress(%L, %L, 1::smallint)', (tests.job('called back')).id, (tests.attempt('retried')).token),
  409, 'stale_token', null, 'also one of another job');

select * from finish();
rollback;
