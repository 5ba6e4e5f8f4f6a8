begin;
select plan(9);

select tests.as_admin();
select throws_ok('select * from private.lanes', '42501', null, 'an admin reads no lanes');
select throws_ok('select * from private.accounts', '42501', null, 'no accounts');
select throws_ok('select * from private.slots', '42501', null, 'no slots');
select throws_ok('select private.set_capacity(1, 100)', '42501', null, 'and changes no capacity');
select throws_ok(
  $$ select ops.add_account('runninghub', 'mine', 'secret', 100) $$, '42501', null,
  'and adds no account');
select tests.as_service();
select throws_ok('select * from private.lanes', '42501', null, 'a secret key reads no lanes');
select throws_ok('select * from private.accounts', '42501', null, 'no accounts');
select throws_ok('select * from private.slots', '42501', null, 'no slots');
select throws_ok(
  $$ select ops.add_account('runninghub', 'mine', 'secret', 100) $$, '42501', null,
  'and adds no account');
select tests.reset();

select * from finish();
rollback;
