begin;
select plan(6);

select tests.create_user('ana');
select tests.enable_echo(2);
update private.lanes set backoff_base = '1 microsecond', backoff_max = '1 microsecond' where lane = 'echo';
select tests.create_job('ana', 'one'), tests.create_job('ana', 'two');
create temporary table tokens as select token from public.job_attempts;
select tests.fail('one', 'wait', interval '0');
select private.dispatch('echo');
select is((tests.job('one')).attempt, 1, 'a job that has waited for its provider is at its first attempt still');
select is((tests.job('one')).dispatches, 2, 'though it was dispatched again');
select is_empty($$ select token from tokens intersect select token from tests.attempt('one') $$, 'with another token');
select tests.submit('one');
select tests.fail('one', 'backoff', interval '0');
select private.dispatch('echo');
select is((tests.job('one')).attempt, 2, 'a job that has failed at its provider has a second attempt');
insert into tokens select token from tests.attempt('one') union all select token from tests.attempt('one', 1);
select is((select count(*) from public.job_attempts), 3::bigint, 'beside the first');
select is((select count(distinct token) from tokens), 4::bigint, 'no two tokens are the same');

select * from finish();
rollback;
