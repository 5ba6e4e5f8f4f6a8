-- @acceptance 003:302
-- A dead letter that fits is done again as a new job; what cannot be done again stays, with the reason told.
begin;
select plan(8);

select tests.create_user('ana'), tests.create_user('bo');
select tests.enable_echo(4);
select tests.create_job('ana', 'one'), tests.create_job('ana', 'two'), tests.create_job('bo', 'three');
select tests.fail('one', 'never'), tests.fail('two', 'never'), tests.fail('three', 'never');

select is_empty($$ select * from ops.redrive('upscaler') $$, 'letters that do not fit are left alone');
select pgmq.set_vt('dead_letters', msg_id, 0) from pgmq.q_dead_letters;

update public.credit_accounts set balance = 0 where user_id = tests.user_id('bo');
create temporary table redriven as select * from ops.redrive('echo');
select is((select count(*) from redriven), 3::bigint, 'every letter that fits is looked at');
select is((select count(*) from redriven where new_job_id is not null), 2::bigint, 'those that can be are done again');
select results_eq(
  $$ select retried_from from public.jobs where retried_from is not null order by id $$,
  $$ select job_id from redriven where new_job_id is not null order by job_id $$,
  'each as a new job in place of the failed one');
select is((tests.job('one')).status, 'failed', 'which stays failed');
select matches(
  (select error from redriven where new_job_id is null), 'credits', 'one whose user has no credits says so');
select is((select count(*) from pgmq.q_dead_letters), 1::bigint, 'and its letter stays');
select is(
  (select count from ops.counts() where name = 'attempts failed'), 3::bigint, 'the counts tell how attempts ended');

select * from finish();
rollback;
