begin;
select plan(19);
alter table public.credit_entries disable trigger the_ledger_is_only_appended_to; -- what it keeps away is done

select tests.create_user('ana', 50);
select tests.enable_echo(12);
select tests.freeze('2030-01-01 00:00:00Z');
-- A job of each kind: waiting, running, in the outbox, and ended in every way
select tests.create_job('ana', 'runs'), tests.submit('runs', 't-1');
select tests.create_job('ana', 'completed'), tests.submit('completed', 't-2'), tests.complete('completed');
select tests.create_job('ana', 'failed'), tests.submit('failed', 't-3'), tests.fail_task('failed', 'never');
select tests.create_job('ana', 'due'), tests.submit('due', 't-4'), tests.cancel('due');
select tests.create_job('ana', 'withheld'), tests.submit('withheld', 't-5'), tests.cancel('withheld'), tests.over('withheld', 'succeeded');
select tests.create_job('ana', 'paid'), tests.submit('paid', 't-6'), tests.cancel('paid'), tests.over('paid', 'stopped');
select tests.create_job('ana', 'deadline'), tests.submit('deadline', 't-7'), tests.later('30 minutes');
select worker.deadline_passed((tests.job('deadline')).id, (tests.attempt('deadline')).token, null);
select tests.create_job('ana', 'produced'), tests.submit('produced', 't-8'), tests.produce('produced');
select tests.create_job('ana', 'again'), tests.submit('again', 't-9'), tests.fail_task('again', 'backoff'), tests.later('1 hour'),
  private.dispatch('echo');
select tests.submit('again', 't-10');
select is_empty('select * from ops.credit_drift()', 'while all is right it finds nothing');

create function pg_temp.finds(p_sql text, p_problem text, p_description text) returns text language plpgsql as $$
declare
  v_found text;
begin
  begin
    execute p_sql;
    select string_agg(problem, ' | ' order by problem) into v_found from ops.credit_drift();
    raise exception 'undo' using errcode = 'U0001';
  exception when sqlstate 'U0001' then null;
  end;
  return is(v_found, p_problem, p_description);
end
$$;

-- Money
select pg_temp.finds($$ update public.credit_accounts set balance = balance + 1 where true $$,
  'the balance is 45, its entries sum to 44', 'a balance that its entries do not explain');
select pg_temp.finds($$ delete from public.credit_entries where job_id = (tests.job('runs')).id;
  update public.credit_accounts set balance = balance + 1 where true $$, 'processing, charged 0, refunded 0', 'a job that was not charged');
select pg_temp.finds($$ select private.refund(user_id, id) from tests.job('runs') $$,
  'processing, charged -1, refunded 1', 'a refund of a job that goes on');
select pg_temp.finds($$ select private.refund(user_id, id) from tests.job('completed') $$,
  'completed, charged -1, refunded 1', 'a refund of a job with a result');
select pg_temp.finds($$ select private.refund(user_id, id) from tests.job('due') $$,
  'cancelled, charged -1, refunded 1', 'a refund before it is decided');
select pg_temp.finds($$ select private.refund(user_id, id) from tests.job('withheld') $$,
  'cancelled, charged -1, refunded 1', 'a refund that was withheld');
select pg_temp.finds($$ update public.jobs set refund = 'paid' where id = (tests.job('withheld')).id $$,
  'cancelled, charged -1, refunded 0', 'a refund that was not paid');
select pg_temp.finds($$ update public.jobs set refund = 'withheld' where id = (tests.job('paid')).id $$,
  'cancelled, charged -1, refunded 1', 'a refund that is denied');
select pg_temp.finds($$ delete from public.credit_entries where kind = 'refund' and job_id = (tests.job('failed')).id;
  update public.credit_accounts set balance = balance - 1 where true; update public.jobs set refund = 'none' where id = (tests.job('failed')).id $$,
  'failed, charged -1, refunded 0', 'a failure that is not paid back');
select pg_temp.finds($$ update public.jobs set refund = 'none' where id = (tests.job('withheld')).id $$,
  'cancelled, charged -1, refunded 0', 'a cancel of which nobody says what becomes of it');
select pg_temp.finds($$ update public.jobs set output = '{"files": []}' where id = (tests.job('paid')).id $$,
  'refunded, and has a result', 'a result of what was paid back');
select pg_temp.finds($$ update public.jobs set output_url = 'https://x.test' where id = (tests.job('due')).id $$,
  'refunded, and has a result', 'or of what may be');
select pg_temp.finds($$ select private.free_slot(slot_id, token) from tests.attempt('due');
  update private.cancels set over_at = now(), how = 'stopped' where token = (tests.attempt('due')).token $$,
  'a refund is due, and nothing is waited for', 'a refund that will never be decided');

-- Tasks
select pg_temp.finds($$ select private.free_slot(slot_id, token) from tests.attempt('runs') $$,
  'a task may be alive, and its attempt holds no slot', 'a task beyond its account''s slots');
select pg_temp.finds($$ select private.free_slot(slot_id, token) from tests.attempt('deadline') $$,
  'a task may be alive, and its attempt holds no slot', 'one of a job that has ended');
select pg_temp.finds($$ select private.leave_cancel(tests.job('again'), tests.attempt('again', 1), 'cancelled', private.now());
  update private.slots set token = (tests.attempt('again', 1)).token, job_id = (tests.job('again')).id
  where slot_id = (select slot_id from private.slots where token is null limit 1) $$,
  'an attempt has begun while the task of another may be alive', 'a task beside another of its job');
select pg_temp.finds($$ update private.slots set token = gen_random_uuid(), job_id = (tests.job('completed')).id
  where slot_id = (select slot_id from private.slots where token is null limit 1) $$,
  'a slot is held, and nothing is alive', 'a slot that is held for nothing');
select is_empty('select * from ops.credit_drift()', 'all of it was undone');

select * from finish();
rollback;
