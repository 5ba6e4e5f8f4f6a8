begin;
select plan(6);

select tests.deploy();
select tests.create_user('ana');
select tests.enable_echo(1);
select tests.create_job('ana', 'one'), tests.create_job('ana', 'two'), tests.create_job('ana', 'three');
delete from net.http_request_queue where true;
update private.throttles set passed_at = '-infinity' where true;
select public.cancel_job((tests.job('one')).id, p_caller_drains => true);
select is(tests.running(), '{two}', 'the next job starts');
select is_empty('select * from tests.pokes()', 'a caller who drains the lane wakes nobody');
select public.cancel_job((tests.job('two')).id);
select is(tests.running(), '{three}', 'the next again');
select is((select count(*) from tests.pokes()), 1::bigint, 'any other caller wakes the worker');

-- There is no next one, but a task to be stopped.
select tests.submit('three');
delete from net.http_request_queue where true;
update private.throttles set passed_at = '-infinity' where true;
select public.cancel_job((tests.job('three')).id, p_caller_drains => true);
select is_empty('select * from tests.pokes()', 'who works on the outbox itself wakes nobody for it');
select worker.task_over(token, 'stopped') from private.cancels where over_at is null;
select tests.create_job('ana', 'four'), tests.submit('four');
delete from net.http_request_queue where true;
update private.throttles set passed_at = '-infinity' where true;
select public.cancel_job((tests.job('four')).id);
select is((select count(*) from tests.pokes()), 1::bigint, 'others have the worker stop the task');

select * from finish();
rollback;
