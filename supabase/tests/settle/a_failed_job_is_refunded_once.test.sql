begin;
select plan(5);

select tests.create_user('ana', 10);
select tests.enable_echo(1);
update public.tools set credit_cost = 4 where tool = 'echo';
select tests.create_job('ana', 'one');
select tests.fail('one', 'never');
select is(tests.balance('ana'), 10, 'what it cost is given back');
select is(tests.fail('one', 'never'), 'duplicate', 'failing again is a duplicate');
select is(tests.complete('one'), 'late', 'and succeeding after all is late');
select private.refund(tests.user_id('ana'), (tests.job('one')).id);
select results_eq(
  $$ select kind, amount from public.credit_entries where job_id = (tests.job('one')).id order by entry_id $$,
  $$ values ('charge'::public.credit_kind, -4::bigint), ('refund'::public.credit_kind, 4) $$,
  'the statement shows one charge and one refund');
select is(tests.balance('ana'), 10, 'and the balance agrees');

select * from finish();
rollback;
