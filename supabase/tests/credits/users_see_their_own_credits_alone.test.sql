begin;
select plan(9);

select tests.create_user('ana', 5), tests.create_user('bo', 9);

select tests.as_user('ana');
select results_eq(
  'select user_id, balance from public.credit_accounts', $$ values (tests.user_id('ana'), 5::bigint) $$,
  'a user sees their balance');
select results_eq(
  'select user_id, amount from public.credit_entries', $$ values (tests.user_id('ana'), 5::bigint) $$,
  'and their entries');
select tests.as_user('stranger');
select is_empty('select * from public.credit_accounts', 'a stranger sees no balance');
select is_empty('select * from public.credit_entries', 'and no entry');
select tests.as_admin();
select is_empty('select * from public.credit_accounts', 'nor does an admin');
select tests.as_anon();
select throws_ok('select * from public.credit_accounts', '42501', null, 'somebody who is not signed in may not look');
select throws_ok('select * from public.credit_entries', '42501', null, 'at either');
select tests.as_service();
select bag_eq($$ select balance from public.credit_accounts where user_id in (tests.user_id('ana'), tests.user_id('bo')) $$, array[5, 9]::bigint[],
  'functions with a secret key see all balances');
select bag_eq($$ select amount from public.credit_entries where user_id in (tests.user_id('ana'), tests.user_id('bo')) $$, array[5, 9]::bigint[],
  'and all entries');
select tests.reset();

select * from finish();
rollback;
