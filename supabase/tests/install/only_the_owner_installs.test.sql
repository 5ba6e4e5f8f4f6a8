begin;
select plan(4);

select tests.as_service();
select throws_ok('select ops.install()', '42501', null, 'a secret key does not install');
select throws_ok('select * from private.shipped_rows', '42501', null, 'and does not see what was shipped');
select tests.as_admin();
select throws_ok('select ops.install()', '42501', null, 'nor does an admin');
select tests.reset();
select lives_ok('select ops.install()', 'postgres does');

select * from finish();
rollback;
