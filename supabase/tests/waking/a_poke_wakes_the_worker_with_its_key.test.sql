begin;
select plan(3);

select tests.deploy();
select tests.create_user('ana');
select tests.enable_echo(1);
select tests.create_job('ana', 'one');
select is(
  (select url from tests.pokes()), 'http://project.test/functions/v1/worker',
  'work that is born in SQL calls the worker');
select is((select body from tests.pokes()), '{"lane": "echo"}', 'and says where it is');
select is(
  (select headers from tests.pokes()), '{"apikey": "sb_secret_tests", "Content-Type": "application/json"}',
  'with the secret key');

select * from finish();
rollback;
