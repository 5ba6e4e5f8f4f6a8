begin;
select plan(3);

select tests.create_user('ana', 3);
select is(private.charge(tests.user_id('ana'), array[gen_random_uuid()], array[0]), 3::bigint, 'the balance stays');
select is(private.charge(tests.user_id('nobody'), array[gen_random_uuid()], array[0]), 0::bigint, 'who has no account has a balance of zero');
select is_empty($$ select * from public.credit_entries where kind = 'charge' $$, 'no entry');

select * from finish();
rollback;
