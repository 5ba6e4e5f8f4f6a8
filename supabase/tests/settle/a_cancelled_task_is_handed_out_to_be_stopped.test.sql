begin;
select plan(9);

select tests.create_user('ana');
select tests.enable_echo(1);
select tests.create_job('ana', 'one');
select tests.submit('one', 'task-7');
select tests.cancel('one');

select tests.as_service();
create temporary table received as select * from worker.receive_cancels() item;
select is((select count(*) from received), 1::bigint, 'once');
select is((select item ->> 'kind' from received), 'cancel', 'as something to cancel');
select is((select item #>> '{attempt,external_id}' from received), 'task-7', 'with the provider''s id of it');
select is((select item #>> '{account,api_key}' from received), 'the-api-key', 'and the key of the account that it runs on');
select is((select item #> '{job,input}' from received), '{}', 'but nothing of what its user had asked for');
select is_empty('select * from worker.receive_cancels()', 'to one worker at a time');
select is(worker.task_over((select (item #>> '{attempt,token}')::uuid from received), 'stopped'), true, 'it is stopped');
select is(worker.task_over((select (item #>> '{attempt,token}')::uuid from received), 'stopped'), false, 'once');
select tests.reset();
select is_empty('select * from private.cancels where over_at is null', 'then it is out of the outbox');

select * from finish();
rollback;
