begin;
select plan(6);

select tests.create_user('ana', 10);
select private.charge(tests.user_id('ana'), array[tests.user_id('a job')], array[4]);
select private.charge(tests.user_id('ana'), array[tests.user_id('another')], array[1]);

select is(private.refund(tests.user_id('ana'), tests.user_id('a job')), 9::bigint, 'a refund answers with the new balance');
select results_eq(
  $$ select amount, balance_after from public.credit_entries where kind = 'refund' $$,
  $$ values (4::bigint, 9::bigint) $$,
  'it gives back what was charged for the job, no more');
select is(private.refund(tests.user_id('ana'), tests.user_id('a job')), null, 'a second one gives nothing');
select is(tests.balance('ana'), 9, 'and changes nothing');
select tests.violates(
  $$ insert into public.credit_entries (user_id, job_id, kind, amount, balance_after)
     values (tests.user_id('ana'), tests.user_id('a job'), 'refund', 4, 13) $$,
  'a_job_is_charged_once_and_refunded_once');
select is((select sum(amount) from public.credit_entries where user_id = tests.user_id('ana')), tests.balance('ana')::numeric,
  'the balance is the sum of the entries');

select * from finish();
rollback;
