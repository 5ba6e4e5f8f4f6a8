-- A lane in which nothing starts: each reason is made, and is the first verdict.
begin;
select plan(35);

create function pg_temp.codes(p_key text) returns text language sql as $$
  select string_agg(code || ' ' || level || ' ' || clears, ', ' order by rank)
  from ops.diagnose((tests.job(p_key)).id) where not ruled_out and level <> 'ok'
$$;
create function pg_temp.not_so(p_key text) returns text[] language sql as $$
  select array_agg(code order by code) from ops.diagnose((tests.job(p_key)).id) where ruled_out
$$;
select tests.freeze('2030-01-01 00:00:00Z');
select tests.create_user('ana');
select tests.enable_echo(1);
select tests.create_job('ana', 'first'), tests.create_job('ana', 'second');
select is(pg_temp.codes('second'), 'waiting_for_slot wait by_itself', 'at first it waits for its turn');
select ok(pg_temp.not_so('second') @> '{account_paused,circuit_open,lane_paused,never_can_run,user_limit}',
  'and for nothing else, as it says');

-- A pause ------------------------------------------------------------------------------------------------------------
select ops.pause_lane('echo', 'maintenance', '10 minutes');
select is(pg_temp.codes('second'), 'lane_paused wait by_itself, waiting_for_slot wait by_itself', 'a pause that ends by itself');
select is((tests.reason('second')).expected_at, '2030-01-01 00:10:00Z', 'and when');
select is((tests.reason('second')).detail, 'Lane echo is paused: maintenance.');
select ok('lane_paused' <> all (pg_temp.not_so('second')), 'what is so is not ruled out');
select ops.pause_lane('echo', 'maintenance');
select is(pg_temp.codes('second'), 'lane_paused warn by_operator, waiting_for_slot wait by_itself', 'one that somebody has to end');
select is((tests.reason('second')).expected_at, null, 'nobody knows when');
do $$ begin execute (tests.reason('second')).repair_sql; end $$;
select is(pg_temp.codes('second'), 'waiting_for_slot wait by_itself', 'the statement that it names ends it');

-- A provider that is down ----------------------------------------------------------------------------------------------
select worker.provider_down('echo', 'connection refused') from generate_series(1, 2);
select is(pg_temp.codes('second'), 'waiting_for_slot wait by_itself', 'twice is chance');
select is((select evidence ->> 'failures_in_a_row' from ops.diagnose((tests.job('second')).id) where code = 'circuit_open' and ruled_out), '2',
  'and told as evidence');
select worker.provider_down('echo', 'connection refused');
select is(pg_temp.codes('second'), 'circuit_open warn by_provider, waiting_for_slot wait by_itself', 'a provider that is down');
select is((tests.reason('second')).evidence,
  '{"reason": "connection refused", "failures_in_a_row": 3, "next_try_at": "2030-01-01T00:00:15+00:00"}', 'why, and when it is tried');
select is((select expected_at from ops.diagnose((tests.job('second')).id) where code = 'waiting_for_slot'), null,
  'when it is its turn, nobody knows meanwhile');
select worker.provider_up('echo');

-- Accounts -----------------------------------------------------------------------------------------------------------
select ops.pause_account(tests.account_id('echo'), 'INSUFFICIENT_BALANCE: top up', '15 minutes');
select is(pg_temp.codes('second'), 'account_paused warn by_operator', 'an account that is paused');
select is((tests.reason('second')).subject, 'tests', 'which');
select is((tests.reason('second')).evidence ->> 'cause', 'balance', 'what for');
select is((tests.reason('second')).expected_at, '2030-01-01 00:15:00Z');
select ok(to_jsonb(tests.reason('second'))::text !~ 'the-api-key|tests_api_key', 'nothing of its key is told');
select ops.pause_account(tests.account_id('echo'), '401 invalid api key');
select is((tests.reason('second')).evidence ->> 'cause', 'key');
select is((tests.reason('second')).expected_at, null);
select ops.add_account('echo', 'other', null, 1);
select is(pg_temp.codes('second'), 'waiting_for_slot wait by_itself', 'where another goes on, it waits for that');
select is((select evidence -> 'paused' -> 0 ->> 'account' from ops.diagnose((tests.job('second')).id) where code = 'account_paused'), 'tests',
  'what is paused beside it is told');
do $$ begin execute format('select ops.resume_account(%s)', tests.account_id('echo')); end $$;
select tests.create_job('ana', 'third');

select private.set_capacity(account_id, 0) from private.accounts where lane = 'echo';
select is(pg_temp.codes('third'), 'account_has_no_slots error by_operator', 'no slots at all');
select is((tests.reason('third')).evidence, '{"accounts": ["tests", "other"]}', 'though there are accounts');
do $$ begin execute (tests.reason('third')).repair_sql; end $$;
select isnt((select count(*) from private.slots where lane = 'echo' and not is_retiring), 0::bigint, 'the statement that it names gives it one');

-- What can never run ---------------------------------------------------------------------------------------------------
select pgmq.drop_queue('echo_queue');
select is(pg_temp.codes('third'), 'never_can_run error by_operator, waiting_for_slot wait by_itself', 'its queue is gone');
select is((tests.reason('third')).evidence, '{"lane": "echo", "queue": "echo_queue", "reason": "no_queue"}');
do $$ begin execute (tests.reason('third')).repair_sql; end $$;
select is(pg_temp.codes('third'), 'waiting_for_slot wait by_itself', 'the statement that it names makes it again');
select ops.pause_lane('echo', 'maintenance');
select ops.remove_account(tests.account_id('echo')), ops.remove_account(tests.account_id('echo', 'other'));
select is(pg_temp.codes('third'), 'never_can_run error by_operator, lane_paused warn by_operator', 'two causes are both told, in order');
select is((tests.reason('third')).evidence ->> 'reason', 'account_retired', 'all accounts have been removed');
delete from private.slots where lane = 'echo';
delete from private.accounts where lane = 'echo';
select is((tests.reason('third')).evidence ->> 'reason', 'no_account', 'there are none');
alter table public.tools disable trigger user;
alter table public.tools drop constraint tools_lane_fkey;
delete from private.lanes where lane = 'echo';
select is(pg_temp.codes('third'), 'never_can_run error by_operator', 'there is no lane');
select is((tests.reason('third')).evidence ->> 'reason', 'no_lane');

select tests.as_user('ana');
select results_eq(
  $$ select code, words ->> 'en', words ->> 'pt-BR' from public.jobs j, public.why(j.id) where j.idempotency_key = 'third' and rank = 1 $$,
  $$ values ('never_can_run', 'Your job cannot start: something is not set up on our side. We have to put that right. You can cancel it; you lose nothing.',
    'Seu trabalho não pode começar: falta algo do nosso lado. Nós precisamos corrigir isso. Você pode cancelá-lo sem perder nada.') $$,
  'its owner is told in words');

select * from finish();
rollback;
