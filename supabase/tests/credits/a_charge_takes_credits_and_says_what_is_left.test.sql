begin;
select plan(4);

select tests.create_user('ana', 10);
select is(private.charge(tests.user_id('ana'), array[tests.user_id('a job')], array[4]), 6::bigint, 'a charge answers with the balance left');
select is(tests.balance('ana'), 6, 'which is what the account says');
select results_eq(
  $$ select amount, balance_after, job_id from public.credit_entries where user_id = tests.user_id('ana') and kind = 'charge' $$,
  $$ values (-4::bigint, 6::bigint, tests.user_id('a job')) $$,
  'and the entry, which names the job');
select is(private.charge(tests.user_id('ana'), array[tests.user_id('another')], array[6]), 0::bigint, 'everything can be spent');

select * from finish();
rollback;
