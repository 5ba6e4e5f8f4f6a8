-- @acceptance 003:280
begin;
select plan(5);

select private.create_lane('echo', 'echoes');
select vault.create_secret('key', 'secret');
select ops.add_account('echo', 'one', 'secret', 3);
select ops.add_account('echo', 'two', 'secret', 2);
select is(
  (select count(*) from private.slots where lane = 'echo'), 5::bigint,
  'a capacity is so many rows for each account');

select private.set_capacity(tests.account_id('echo', 'one'), 5);
select is(
  (select count(*) from private.slots where account_id = tests.account_id('echo', 'one')), 5::bigint,
  'it grows');
select private.set_capacity(tests.account_id('echo', 'one'), 5);
select is(
  (select count(*) from private.slots where account_id = tests.account_id('echo', 'one')), 5::bigint,
  'the same again changes nothing');
select private.set_capacity(tests.account_id('echo', 'one'), 0);
select is(
  (select count(*) from private.slots where account_id = tests.account_id('echo', 'one')), 0::bigint,
  'it shrinks, also to nothing');
select is(
  (select count(*) from private.slots where account_id = tests.account_id('echo', 'two')), 2::bigint,
  'other accounts keep theirs');

select * from finish();
rollback;
