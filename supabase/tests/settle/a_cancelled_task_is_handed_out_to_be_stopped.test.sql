begin;
select plan(7);

select tests.create_user('ana');
select tests.enable_echo(1);
select tests.create_job('ana', 'one');
select tests.submit('one', 'task-7');
select tests.cancel('one');

select tests.as_service();
create temporary table received as select * from worker.receive_settlements();
select is((select count(*) from received), 1::bigint, 'once');
select is((select item ->> 'kind' from received), 'cancel', 'as something to cancel');
select is((select item #>> '{attempt,external_id}' from received), 'task-7', 'with the provider''s id of it');
select is((select item #>> '{account,api_key}' from received), 'the-api-key', 'and the key of the account that it runs on');
select is_empty('select * from worker.receive_settlements()', 'to one worker at a time');
select worker.acknowledge(queue, msg_id) from received;
select tests.reset();
select is_empty($$ select * from tests.messages('settle_queue') $$, 'acknowledged, its message is gone');
select is_empty($$ select tests.archived('settle_queue') $$, 'for good');

select * from finish();
rollback;
