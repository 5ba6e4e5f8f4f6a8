begin;
select plan(4);

select tests.enable_echo(1);
select tests.refuses(
  $$ select private.set_capacity(tests.account_id('echo'), -1) $$, 422, 'invalid_capacity', 'capacity',
  'less than nothing');
select tests.refuses(
  $$ select private.set_capacity(tests.account_id('echo'), null) $$, 422, 'invalid_capacity', 'capacity',
  'no number');
select tests.refuses($$ select private.set_capacity(-1, 1) $$, 404, 'account_not_found', null, 'no account');
select is((select count(*) from private.slots where lane = 'echo'), 1::bigint, 'what was, stays');

select * from finish();
rollback;
