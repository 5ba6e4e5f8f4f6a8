begin;
select plan(3);

select tests.create_user('ana', 10);
select is(private.refund(tests.user_id('ana'), gen_random_uuid()), null, 'no charge, no refund');
select is(tests.balance('ana'), 10, 'the balance stays');
select is_empty($$ select * from public.credit_entries where kind = 'refund' $$, 'no entry');

select * from finish();
rollback;
