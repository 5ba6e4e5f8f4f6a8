begin;
select plan(2);

select tests.create_user('ana');
select tests.enable_echo(2);
select tests.create_job('ana', 'one'), tests.create_job('ana', 'two');
select tests.fail('one', 'wait', interval '0');
select is((tests.job('one')).attempt, 2::smallint, 'a job that is dispatched again has a second attempt');
select is((select count(distinct token) from public.job_attempts), 3::bigint, 'no two tokens are the same');

select * from finish();
rollback;
