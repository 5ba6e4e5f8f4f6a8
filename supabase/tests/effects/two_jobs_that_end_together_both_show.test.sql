begin;
select plan(6);

select tests.create_user('ana');
select tests.enable_effect('project_node', 5);
select tests.create_project('ana', 'canvas');
select tests.create_node_job('ana', 'one', 'canvas', 'n1'), tests.create_node_job('ana', 'two', 'canvas', 'n2'), tests.commit();
-- In one transaction, as the reaper may end them; in two at a time: see the race tests.
select tests.complete('one'), tests.fail('two', 'never'), tests.commit();
select is(tests.node('canvas', 'n1') ->> 'status', 'completed', 'one has completed');
select is(tests.node('canvas', 'n2') ->> 'status', 'failed', 'the other has failed');
select is((select version from public.projects), 3, 'by one change, as they were made');

-- On one node the newer is shown; what was generated last stays while a newer one runs.
select tests.create_node_job('ana', key, 'canvas', 'n1') from unnest(array['older', 'newer']) key;
select worker.complete((tests.job(key)).id, (tests.attempt(key)).token, '{"files": []}', 'https://example.test/' || key)
from unnest(array['newer', 'older']) key;
select tests.create_node_job('ana', 'newest', 'canvas', 'n1'), tests.commit();
select is(tests.node('canvas', 'n1') #>> '{generated,url}', 'https://example.test/newer', 'of two results the newer job''s is shown');
select is(tests.node('canvas', 'n1') ->> 'jobId', (tests.job('newest')).id::text, 'beside the job that goes on');
select is(array[tests.outcome('older'), tests.outcome('newer')], '{superseded,superseded}', 'which has superseded both');

select * from finish();
rollback;
