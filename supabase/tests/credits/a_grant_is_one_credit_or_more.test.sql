begin;
select plan(5);

select tests.create_user('ana', 5);
select tests.refuses(
  $$ select ops.grant_credits(tests.user_id('ana'), 0) $$, 422, 'invalid_amount', 'amount',
  'nothing');
select tests.refuses(
  $$ select ops.grant_credits(tests.user_id('ana'), -1) $$, 422, 'invalid_amount', 'amount',
  'less than nothing');
select tests.refuses(
  $$ select ops.grant_credits(tests.user_id('ana'), null) $$, 422, 'invalid_amount', 'amount',
  'no number');
select throws_ok($$ select ops.grant_credits(tests.user_id('nobody'), 1) $$, '23503', null, 'nobody');
select is(tests.balance('ana'), 5, 'the balance stays');

select * from finish();
rollback;
