begin;
select plan(9);

select tests.create_user('ana', 5);
create function pg_temp.entry(p_kind text, p_amount integer, p_job uuid) returns text language sql as $$
  select format('insert into public.credit_entries (user_id, kind, amount, balance_after, job_id) values (%L, %L, %s, 0, %L)',
    tests.user_id('ana'), p_kind, p_amount, p_job)
$$;

select tests.violates(pg_temp.entry('charge', 1, gen_random_uuid()), 'charges_take_and_the_rest_give');
select tests.violates(pg_temp.entry('refund', -1, gen_random_uuid()), 'charges_take_and_the_rest_give');
select tests.violates(pg_temp.entry('grant', 0, null), 'charges_take_and_the_rest_give');
select tests.violates(pg_temp.entry('charge', -1, null), 'charges_and_refunds_name_their_job');
select tests.violates(pg_temp.entry('refund', 1, null), 'charges_and_refunds_name_their_job');
select tests.violates(pg_temp.entry('grant', 1, gen_random_uuid()), 'charges_and_refunds_name_their_job');
select tests.violates(
  $$ insert into public.credit_entries (user_id, kind, amount, balance_after, is_counted) values (tests.user_id('ana'), 'grant', 1, 1, true) $$,
  'only_refunds_are_counted');
select tests.violates(
  $$ update public.credit_accounts set balance = -1 where user_id = tests.user_id('ana') $$,
  'balances_are_never_negative');

-- A constraint that is not tried in this folder must be.
select set_eq(
  $$ select conname::text from pg_constraint
     where conrelid in ('public.credit_entries'::regclass, 'public.credit_accounts'::regclass) and contype in ('c', 'u') $$,
  array[
    'charges_take_and_the_rest_give', 'charges_and_refunds_name_their_job', 'balances_are_never_negative', 'only_refunds_are_counted',
    'a_job_is_charged_once_and_refunded_once', 'a_grant_with_a_reference_is_made_once'],
  'these are all');

select * from finish();
rollback;
