begin;
select plan(7);

select tests.create_user('ana');
select tests.deploy();
select tests.enable_echo(2), tests.enable_lane('outside', 1);
update private.lanes set delivery = 'pull' where lane = 'outside';
select tests.enable_tool('training', 'outside');
-- As if each transaction had crossed another that freed the slots.
select set_config('esteira.dispatch', 'later', true);
select tests.create_job('ana', 'one'), tests.create_job('ana', 'two'), tests.create_job('ana', 'three'), tests.create_job('ana', 'outside', 'training');
select set_config('esteira.dispatch', '', true);
delete from net.http_request_queue where true;
delete from private.throttles where true;

select is(private.sweep(), '{"due": 0, "started": 3, "unread": 0}', 'it says how many it started');
select is(tests.running(), '{one,outside,two}', 'as many as there are slots, in pull lanes too');
select results_eq('select body from tests.pokes()', $$ values ('{"lane": "echo"}'::jsonb) $$, 'and wakes the worker, but for pull lanes');
select is(private.sweep(), '{"due": 0, "started": 0, "unread": 0}', 'a second sweep finds nothing');

select results_eq(
  'select schedule, repair, count from private.repairs', $$ values ('esteira-retry', 'started', 3::bigint) $$, 'what it did is kept');
select ops.pause_lane('echo', 'maintenance');
select set_config('esteira.dispatch', 'later', true);
select tests.cancel('one');
select set_config('esteira.dispatch', '', true);
select is(private.sweep(), '{"due": 0, "started": 0, "unread": 0}', 'a paused lane is left alone');
select ops.resume_lane('echo');
select is(tests.running(), '{outside,three,two}', 'until it is resumed');

select * from finish();
rollback;
