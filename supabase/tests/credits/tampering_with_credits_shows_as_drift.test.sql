begin;
select plan(12);
alter table public.credit_entries disable trigger the_ledger_is_only_appended_to; -- what it keeps away is done

select tests.create_user('ana', 10), tests.create_user('bo', 10);
select tests.enable_echo(4);
select tests.create_job('ana', 'running'), tests.create_job('ana', 'completed'), tests.create_job('ana', 'failed');
select tests.complete('completed'), tests.fail('failed', 'never');

-- Tampers, reads the proof, and takes the tampering back.
create function pg_temp.check_drift(p_tampering text, p_expected text[], p_description text) returns text language plpgsql as $$
declare
  v_found text[];
begin
  begin
    execute p_tampering;
    select array_agg(concat_ws(': ', coalesce(j.idempotency_key, (select split_part(email, '@', 1) from auth.users where id = d.user_id)), d.problem)
      order by 1) into v_found
    from ops.credit_drift() d left join public.jobs j on j.id = d.job_id;
    raise exception using errcode = 'ZZ000';
  exception when sqlstate 'ZZ000' then null;
  end;
  return is(array(select unnest(v_found) order by 1), array(select unnest(p_expected) order by 1), p_description);
end
$$;
select pg_temp.check_drift('select', '{}', 'without tampering nothing is found');
select pg_temp.check_drift(
  $$ update public.credit_accounts set balance = 99 where user_id = tests.user_id('ana') $$,
  '{"ana: the balance is 99, its entries sum to 8"}', 'a balance that was changed');
select pg_temp.check_drift(
  $$ insert into public.credit_entries (user_id, kind, amount, balance_after) values (tests.user_id('bo'), 'grant', 5, 15) $$,
  '{"bo: the balance is 10, its entries sum to 15"}', 'a grant that was never paid out');
select pg_temp.check_drift(
  $$ delete from public.credit_entries where user_id = tests.user_id('bo') $$,
  '{"bo: the balance is 10, its entries sum to 0"}', 'a balance without entries');
select pg_temp.check_drift(
  $$ delete from public.credit_entries where job_id = (tests.job('running')).id $$,
  '{"ana: the balance is 8, its entries sum to 9","running: processing, charged 0, refunded 0"}', 'a charge that is gone');
select pg_temp.check_drift(
  $$ update public.credit_entries set amount = -3 where job_id = (tests.job('completed')).id $$,
  '{"ana: the balance is 8, its entries sum to 6","completed: completed, charged -3, refunded 0"}', 'a charge of another amount');
select pg_temp.check_drift(
  $$ update public.jobs set credits_charged = 2 where idempotency_key = 'completed' $$,
  '{"completed: completed, charged -1, refunded 0"}', 'a job that claims to have cost more');
select pg_temp.check_drift(
  $$ select private.refund(tests.user_id('ana'), (tests.job('completed')).id) $$,
  '{"completed: completed, charged -1, refunded 1"}', 'a refund for what was delivered');
select pg_temp.check_drift(
  $$ select private.refund(tests.user_id('ana'), (tests.job('running')).id) $$,
  '{"running: processing, charged -1, refunded 1"}', 'a refund for what is still going');
select pg_temp.check_drift(
  $$ with gone as (delete from public.credit_entries where job_id = (tests.job('failed')).id and kind = 'refund')
     update public.credit_accounts set balance = balance - 1 where user_id = tests.user_id('ana') $$,
  '{"failed: failed, charged -1, refunded 0"}', 'a refund that was withheld');
select pg_temp.check_drift(
  $$ update public.credit_entries set user_id = tests.user_id('bo') where job_id = (tests.job('running')).id $$,
  '{"ana: the balance is 8, its entries sum to 9","bo: the balance is 10, its entries sum to 9"}', 'a charge moved to another user');
select pg_temp.check_drift(
  $$ delete from public.credit_accounts where user_id = tests.user_id('bo') $$,
  '{"bo: the balance is 0, its entries sum to 10"}', 'entries whose balance is gone');

select * from finish();
rollback;
