-- @acceptance 003:14
begin;
select plan(5);

select tests.create_user('ana');
select tests.enable_echo(2);
select ops.add_account('echo', 'second', 'tests_api_key', 1);
select tests.create_job('ana', 'job-' || n) from generate_series(1, 6) n;

select is(tests.running(), '{job-1,job-2,job-3}', 'as many as all accounts have slots');
select is(private.dispatch('echo'), 0, 'dispatching again starts nothing');
select is((select count(*) from worker.receive('echo')), 3::bigint, 'nor does receiving');
select is((select count(*) from public.job_attempts), 3::bigint, 'each has one attempt');
select results_eq(
  $$ select a.name, count(*) from public.job_attempts t join private.accounts a using (account_id) group by 1 order by 1 $$,
  $$ values ('second', 1::bigint), ('tests', 2::bigint) $$,
  'on the account of its slot');

select * from finish();
rollback;
