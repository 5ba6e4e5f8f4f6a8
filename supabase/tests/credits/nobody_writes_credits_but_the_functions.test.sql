begin;
select plan(10);

select tests.create_user('ana', 5);

select tests.as_user('ana');
select throws_ok('update public.credit_accounts set balance = 1000 where true', '42501', null, 'a user does not change a balance');
select throws_ok($$ insert into public.credit_entries (user_id, kind, amount, balance_after) values (tests.user_id('ana'), 'grant', 1, 6) $$,
  '42501', null, 'writes no entry');
select throws_ok('delete from public.credit_entries where true', '42501', null, 'and strikes none out');
select throws_ok($$ select ops.grant_credits(tests.user_id('ana'), 1000) $$, '42501', null, 'nor grants anything');
select throws_ok($$ select private.refund(tests.user_id('ana'), gen_random_uuid()) $$, '42501', null, 'nor refunds');

select tests.as_service();
select throws_ok(
  'update public.credit_accounts set balance = 1000 where true', '42501', null,
  'not even a secret key changes a balance');
select throws_ok('update public.credit_entries set amount = 1000 where true', '42501', null, 'alters an entry');
select throws_ok('delete from public.credit_entries where true', '42501', null, 'or strikes one out');
select throws_ok('truncate public.credit_entries', '42501', null, 'or all');
select is(ops.grant_credits(tests.user_id('ana'), 1), 6::bigint, 'it grants by the function');
select tests.reset();

select * from finish();
rollback;
