begin;
select plan(12);

select tests.create_user('ana', 0), tests.create_user('bo', 0);
select is(
  ops.grant_credits(tests.user_id('ana'), 10, 'Starter pack', 'order-1'), 10::bigint,
  'a grant opens the account and answers with the balance');
select is(
  ops.grant_credits(tests.user_id('ana'), 10, 'Starter pack', 'order-1'), 10::bigint,
  'the same reference again changes nothing');
select is(ops.grant_credits(tests.user_id('ana'), 10, 'Starter pack', 'order-2'), 20::bigint, 'another reference does');
select is(ops.grant_credits(tests.user_id('bo'), 5, null, 'order-1'), 5::bigint, 'a reference is the user''s own');
select is(ops.grant_credits(tests.user_id('bo'), 5), 10::bigint, 'without a reference');
select is(ops.grant_credits(tests.user_id('bo'), 5), 15::bigint, 'every grant counts');
select tests.refuses(
  $$ select ops.grant_credits(tests.user_id('ana'), 11, 'Starter pack', 'order-1') $$, 409, 'idempotency_conflict',
  '{"field": "reference", "amount": 10}', 'another amount with a reference that was used');
select tests.refuses(
  $$ select ops.grant_credits(tests.user_id('bo'), 9007199254740991, null, 'order-1') $$, 409, 'idempotency_conflict',
  '{"field": "reference", "amount": 5}', 'however great');
select tests.refuses(
  $$ select ops.grant_credits(tests.user_id('ana'), 0, 'Starter pack', 'order-1') $$, 422, 'invalid_amount', 'amount', 'or none');
select is(
  ops.grant_credits(tests.user_id('ana'), 10, 'The starter pack', 'order-1'), 20::bigint,
  'other words for the same are no conflict');
select is(
  ops.grant_credits(tests.user_id('ana'), 11, 'Starter pack', null), 31::bigint, 'no reference is none that was used');
select results_eq(
  $$ select amount, balance_after, reference, note from public.credit_entries where user_id = tests.user_id('ana') order by entry_id $$,
  $$ values (10::bigint, 10::bigint, 'order-1', 'Starter pack'), (10, 20, 'order-2', 'Starter pack'),
    (11, 31, null, 'Starter pack') $$,
  'the statement tells of each');

select * from finish();
rollback;
