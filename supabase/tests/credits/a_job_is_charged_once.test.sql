begin;
select plan(2);

select tests.create_user('ana', 10);
select private.charge(tests.user_id('ana'), array[tests.user_id('a job')], array[2]);
select tests.violates(
  $$ select private.charge(tests.user_id('ana'), array[tests.user_id('a job')], array[2]) $$,
  'a_job_is_charged_once_and_refunded_once');
select is(tests.balance('ana'), 8, 'the second charge takes nothing');

select * from finish();
rollback;
