-- @acceptance 002:59
begin;
select plan(13);

select tests.create_user('ana');
select tests.enable_effect('project_node');
select tests.create_project('ana', 'canvas', '{n1,n2,n3}');
select tests.freeze('2030-01-01 00:00:00Z');
create function pg_temp.version() returns integer language sql as $$ select version from public.projects where id = tests.project_id('canvas') $$;

update private.lanes set paused_until = 'infinity', pause_reason = 'test' where lane = 'echo';
select tests.create_node_job('ana', 'one', 'canvas', 'n2');
select is(tests.node('canvas', 'n2') -> 'loading', null, 'nothing is shown before the transaction commits');
select tests.commit();
select is(tests.node('canvas', 'n2') - 'jobId',
  '{"prompt": "a n2", "status": "pending", "loading": true, "updatedAt": "2030-01-01T00:00:00+00:00"}'::jsonb, 'then the node waits');
select is(tests.node('canvas', 'n2') ->> 'jobId', (tests.job('one')).id::text, 'and says for which job');

select tests.freeze('2030-01-01 00:00:01Z');
select ops.resume_lane('echo'), tests.commit();
select is(tests.node('canvas', 'n2') - 'jobId',
  '{"prompt": "a n2", "status": "processing", "loading": true, "updatedAt": "2030-01-01T00:00:01+00:00"}'::jsonb, 'the job starts');
select tests.submit('one', 'task-1'), tests.commit();
select is(tests.node('canvas', 'n2') ->> 'requestId', 'task-1', 'the provider has it');
select is(pg_temp.version(), 4, 'each of these was a change of the project');
update public.jobs set progress = 50 where idempotency_key = 'one';
select tests.commit();
select is(pg_temp.version(), 4, 'progress is none');

select worker.complete((tests.job('one')).id, (tests.attempt('one')).token,
  '{"files": [{"bucket": "outputs", "path": "a.png", "content_type": "image/png", "bytes": 3}]}', 'https://example.test/a.png'), tests.commit();
select is(tests.node('canvas', 'n2') - 'jobId',
  '{"prompt": "a n2", "status": "completed", "loading": false, "requestId": "task-1", "updatedAt": "2030-01-01T00:00:01+00:00",
    "generated": {"url": "https://example.test/a.png", "type": "image/png"}}'::jsonb, 'it completes: the result is there, in place');
select is(pg_temp.version(), 5, 'in one change');
select is((select updated_at from public.projects where id = tests.project_id('canvas')), '2030-01-01 00:00:01Z', 'of which the project has the time');
select is((select content -> 'nodes' #> '{0,data}' || (content -> 'nodes' #> '{2,data}') from public.projects where id = tests.project_id('canvas')),
  '{"prompt": "a n3"}'::jsonb, 'the nodes beside it are as they were');
select is((select content -> 'edges' from public.projects where id = tests.project_id('canvas')), '[]'::jsonb, 'and so is the rest');
select is(tests.outcome('one'), 'applied', 'it is written down that the effect was applied');

select * from finish();
rollback;
