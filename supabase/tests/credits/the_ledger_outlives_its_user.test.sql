begin;
select plan(24);

select tests.create_user('ana', 10), tests.create_user('bo', 5);
select tests.enable_echo(1);
select tests.create_job('ana', 'completed'), tests.create_job('ana', 'failed'), tests.create_job('ana', 'running');
select tests.complete('completed'), tests.fail('failed', 'never');
select ops.grant_credits(tests.user_id('ana'), 3, 'Ana Maria paid', 'payment-1');
create temporary table before as
select entry_id, job_id, kind, amount, balance_after, is_counted, created_at from public.credit_entries;
create view pg_temp.money as
select entry_id, job_id, kind, amount, balance_after, is_counted, created_at from public.credit_entries;
grant select on before to service_role;
create temporary table running as select (tests.job('running')).id as id;
delete from auth.users where id = tests.user_id('ana');

select set_eq('select * from pg_temp.money', 'select * from before', 'every entry says the same of the money');
select is_empty($$ select * from public.credit_entries where user_id = tests.user_id('ana') $$, 'and none of whose it was');
select is((select array_agg(distinct user_id) from public.credit_entries where user_id <> tests.user_id('bo')),
  (select array_agg(tombstone_id) from private.tombstones), 'but a tombstone');
select is((select balance from private.tombstones), 11::bigint, 'which keeps the balance that was left');
select is((select count(*) from public.credit_entries where note is not null and user_id <> tests.user_id('bo')), 0::bigint,
  'notes are forgotten');
select is((select amount from public.credit_entries where reference = private.digest('payment-1')), 3::bigint,
  'whoever has the id of a payment finds its entry');
select is_empty($$ select * from public.credit_accounts where user_id = tests.user_id('ana') $$, 'the balance goes');
select is_empty('select * from ops.credit_drift()', 'which is no drift');
select is(private.refund(tests.user_id('ana'), (select id from running)), null, 'who is gone is not refunded');
select tests.refuses(
  $$ select private.charge(tests.user_id('ana'), array[gen_random_uuid()], array[1]) $$, 404, 'user_not_found', null, 'or charged');
select throws_ok($$ select ops.grant_credits(tests.user_id('ana'), 1) $$, '23503', null, 'or given anything');
select set_eq('select * from pg_temp.money', 'select * from before', 'still every entry says the same');

-- A token outlives its user by an hour.
select tests.as_gone('ana');
select throws_ok('select * from public.credit_entries', 'PT401', null, 'her token is worth nothing any more');
select tests.as_user('bo');
select results_eq('select amount from public.credit_entries', array[5::bigint], 'nor does anybody else''s, but their own');
select tests.as_admin();
select is_empty('select * from public.credit_entries', 'nor does an admin''s');
select tests.as_anon();
select throws_ok('select * from public.credit_entries', '42501', null, 'somebody who is not signed in may not look');
select tests.as_service();
select set_eq('select entry_id from public.credit_entries', 'select entry_id from before', 'operators see it');
select tests.reset();

-- Those who are there are proved as before.
update public.credit_accounts set balance = 6 where user_id = tests.user_id('bo');
select results_eq(
  'select user_id, problem from ops.credit_drift()',
  $$ values (tests.user_id('bo'), 'the balance is 6, its entries sum to 5') $$,
  'a balance that was changed is found');
delete from public.credit_accounts where user_id = tests.user_id('bo');
select results_eq(
  'select user_id, problem from ops.credit_drift()',
  $$ values (tests.user_id('bo'), 'the balance is 0, its entries sum to 5') $$,
  'and one that is gone while its user is there');
delete from auth.users where id = tests.user_id('bo');
select is_empty('select * from ops.credit_drift()', 'until the user goes too');
select is((select sum(balance) from private.tombstones), 16::numeric, 'whose entry stays');
update private.tombstones set balance = balance + 1 where balance = 5;
select results_eq('select problem from ops.credit_drift()', array['the balance is 6, its entries sum to 5'],
  'the ledger of who is gone is proved like any other');

-- What comes to a user who is being forgotten once more is added.
select tests.create_user('cy', 5);
select private.close_account(tests.user_id('cy'), tests.user_id('stone'), private.now()), ops.grant_credits(tests.user_id('cy'), 3, 'once more');
select private.close_account(tests.user_id('cy'), tests.user_id('stone'), private.now());
select is((select balance from private.tombstones where tombstone_id = tests.user_id('stone')), 8::bigint, 'a second closing adds to the first');
select is(
  (select sum(amount) from public.credit_entries where user_id = tests.user_id('stone')), 8::numeric, 'as the entries do');

select * from finish();
rollback;
