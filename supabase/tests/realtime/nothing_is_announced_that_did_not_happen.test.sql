begin;
select plan(2);

select tests.create_user('ana', 0);
select tests.enable_echo(1);
select tests.refuses(
  $$ select tests.create_job('ana', 'one') $$, 402, 'insufficient_credits', null,
  'a job that is refused');
select is_empty(
  $$ select * from realtime.messages where topic = 'jobs:' || tests.user_id('ana') $$,
  'is not announced');

select * from finish();
rollback;
