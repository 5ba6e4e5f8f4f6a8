begin;
select plan(5);

select private.create_lane('echo', 'echoes');
select vault.create_secret('key', 'secret'), vault.create_secret('key', 'other');
create temporary table answers as select ops.add_account('echo', 'one', 'secret', 2, '{"base_url": "https://a.test"}') as account_id;
select is((select account_id from answers), tests.account_id('echo', 'one'), 'it answers with the id');
select results_eq(
  $$ select secret_name, settings, (select count(*) from private.slots s where s.account_id = a.account_id)
     from private.accounts a where lane = 'echo' $$,
  $$ values ('secret', '{"base_url": "https://a.test"}'::jsonb, 2::bigint) $$,
  'an account has the name of its secret, its settings and its slots');

select is(
  ops.add_account('echo', 'one', 'other', 1), tests.account_id('echo', 'one'),
  'the same name is the same account');
select results_eq(
  $$ select secret_name, settings, (select count(*) from private.slots s where s.account_id = a.account_id)
     from private.accounts a where lane = 'echo' $$,
  $$ values ('other', '{}'::jsonb, 1::bigint) $$,
  'changed in all of them');

select tests.refuses(
  $$ select ops.add_account('nowhere', 'one', 'secret', 1) $$, 404, 'lane_not_found', null,
  'there must be such a lane');

select * from finish();
rollback;
