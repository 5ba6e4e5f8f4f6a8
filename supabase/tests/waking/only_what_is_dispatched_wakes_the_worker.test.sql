begin;
select plan(6);

select tests.deploy();
select tests.create_user('ana');
select tests.enable_echo(0);
select tests.create_job('ana', 'one');
select is_empty('select * from tests.pokes()', 'a job that waits wakes nobody');

select private.set_capacity(tests.account_id('echo'), 1);
select private.dispatch('echo', p_poke => false);
select is(tests.running(), '{one}', 'a job is dispatched');
select is_empty('select * from tests.pokes()', 'unless the caller drains the lane itself');
select public.create_job(tests.user_id('ana'), 'echo', '{}', p_caller_drains => true);
select private.set_capacity(tests.account_id('echo'), 2);
select public.create_job(tests.user_id('ana'), 'echo', '{}', p_caller_drains => true);
select is_empty('select * from tests.pokes()', 'as the jobs function does');
select private.set_capacity(tests.account_id('echo'), 6), tests.fail('one', 'never');
delete from net.http_request_queue where true;
update private.throttles set passed_at = '-infinity' where true;
select public.retry_job((tests.job('one')).id, p_caller_drains => true);
select is_empty('select * from tests.pokes()', 'when it retries, too');
select tests.create_job('ana', 'two'), tests.fail('two', 'never');
delete from net.http_request_queue where true;
update private.throttles set passed_at = '-infinity' where true;
select public.retry_job((tests.job('two')).id);
select is((select count(*) from tests.pokes()), 1::bigint, 'which it would be for anybody else');

select * from finish();
rollback;
