begin;
select plan(2);

select tests.create_user('ana', 3);
select tests.violates(
  $$ select private.charge(tests.user_id('ana'), array[gen_random_uuid()], array[-5]) $$,
  'charges_take_and_the_rest_give');
select is(tests.balance('ana'), 3, 'the balance stays');

select * from finish();
rollback;
