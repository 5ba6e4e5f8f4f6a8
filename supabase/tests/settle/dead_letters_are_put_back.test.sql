-- @acceptance 003:302
-- A dead letter that fits is done again as a new job; what cannot be done again stays, with the reason told.
begin;
select plan(17);

select tests.create_user('ana'), tests.create_user('bo');
select tests.enable_echo(20);
select tests.create_job('ana', 'one'), tests.create_job('ana', 'two'), tests.create_job('bo', 'three');
select tests.fail('one', 'never'), tests.fail('two', 'never'), tests.fail('three', 'never');

select is_empty($$ select * from ops.redrive('upscaler') $$, 'letters of another tool are left alone');
select is_empty($$ select * from ops.redrive(p_error_code => 'expired') $$, 'so are those of another error');
select is_empty($$ select * from ops.redrive(p_user_id => tests.user_id('cy')) $$, 'and of another user');

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
select results_eq(
  'select job_id from ops.dead_letters', $$ select (tests.job('three')).id $$, 'and its letter stays');
select is(
  (select count from ops.counts() where name = 'attempts failed'), 3::bigint, 'the counts tell how attempts ended');

-- Its user's own retry is as good.
select ops.grant_credits(tests.user_id('bo'), 5, 'for a test');
select public.retry_job((tests.job('three')).id);
select is_empty('select * from ops.dead_letters', 'a letter is gone once its user has done the job again');
select is_empty('select * from ops.redrive()', 'and is not put back');

-- 150 others in front: refused ones, and ones that do not fit.
update private.lanes set max_waiting_per_user = null where lane = 'echo';
select tests.create_job('bo', 'last');
select tests.fail('last', 'never');

insert into public.jobs (user_id, tool, lane, ticket, status, current_step, failed_at_step, error_code, error_message, created_at, completed_at)
select tests.user_id('poor'), case when n % 2 = 0 then 'echo' else 'upscaler' end, 'echo', 1, 'failed', 'failed', 'starting', 'old', 'It did not work.',
  now() - interval '2 days', now() - interval '1 day'
from generate_series(1, 150) n;
select is(
  (select count(new_job_id) from ops.redrive('echo', p_user_id => tests.user_id('bo'), p_limit => 1)), 1::bigint,
  'those that do not fit keep none waiting that does');
select tests.create_job('bo', 'very last');
select tests.fail('very last', 'never');
create temporary table again as select * from ops.redrive('echo', p_limit => 1);
select is((select count(new_job_id) from again), 1::bigint, 'nor do those that are refused');
select is((select count(error) from again), 75::bigint, 'of which each is told');
select tests.create_job('ana', key), tests.fail(key, 'never') from unnest(array['a', 'b', 'c']) key;
create temporary table two as select * from ops.redrive(p_user_id => tests.user_id('ana'), p_limit => 2);
select is((select array_agg((tests.job('a')).id = job_id or (tests.job('b')).id = job_id) from two), '{t,t}', 'as many as asked for, the oldest');
select is((select count(*) from ops.redrive(p_user_id => tests.user_id('ana'), p_limit => 0)), 0::bigint, 'of none none');

select * from finish();
rollback;
