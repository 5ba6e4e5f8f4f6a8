begin;
select plan(5);

select tests.create_user('ana', 3), tests.create_user('poor', 0);
select tests.refuses(
  $$ select private.charge(tests.user_id('ana'), array[gen_random_uuid()], array[4]) $$, 402, 'insufficient_credits', '{"price": 4, "balance": 3}',
  'more than there is');
select tests.refuses(
  $$ select private.charge(tests.user_id('poor'), array[gen_random_uuid()], array[1]) $$, 402, 'insufficient_credits', '{"price": 1, "balance": 0}',
  'no account yet');
select tests.refuses(
  $$ select private.charge(gen_random_uuid(), array[gen_random_uuid()], array[1]) $$, 404, 'user_not_found', null, 'nobody''s');
select is(tests.balance('ana'), 3, 'nothing is taken');
select is_empty($$ select * from public.credit_entries where kind = 'charge' $$, 'nothing is written');

select * from finish();
rollback;
