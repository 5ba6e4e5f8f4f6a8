begin;
select plan(4);

select tests.create_user('ana', 3), tests.create_user('poor', 0);
select tests.refuses(
  $$ select private.charge(tests.user_id('ana'), gen_random_uuid(), 4) $$, 402, 'insufficient_credits', null,
  'more than there is');
select tests.refuses(
  $$ select private.charge(tests.user_id('poor'), gen_random_uuid(), 1) $$, 402, 'insufficient_credits', null,
  'no account yet');
select is(tests.balance('ana'), 3, 'nothing is taken');
select is_empty($$ select * from public.credit_entries where kind = 'charge' $$, 'nothing is written');

select * from finish();
rollback;
