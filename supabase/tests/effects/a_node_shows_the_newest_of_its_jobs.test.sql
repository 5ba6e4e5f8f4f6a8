begin;
select plan(6);

select tests.create_user('ana');
select tests.enable_effect('project_node', 5);
select tests.create_project('ana', 'canvas');
select tests.create_node_job('ana', 'older', 'canvas', 'n1'), pg_sleep(0.002); -- ids are ordered by the millisecond
select tests.create_node_job('ana', 'newer', 'canvas', 'n1'), tests.commit();
select is(tests.node('canvas', 'n1') ->> 'jobId', (tests.job('newer')).id::text, 'the last click counts');
select tests.complete('newer'), tests.commit();
create temporary table before as select tests.node('canvas', 'n1') as data;
select tests.complete('older'), tests.commit();
select is(tests.node('canvas', 'n1'), (select data from before), 'whichever job ends last');
select is(tests.outcome('older'), 'superseded', 'the other one''s result is its own');
select is(tests.outcome('newer'), 'applied', 'and this one''s is shown');

-- What a user writes into their own node stops nothing.
update public.projects set version = version, content = jsonb_set(content, '{nodes,1,data,jobId}', '"zzz"') where id = tests.project_id('canvas');
select tests.create_node_job('ana', 'third', 'canvas', 'n2'), tests.complete('third'), tests.commit();
select is(tests.node('canvas', 'n2') ->> 'jobId', (tests.job('third')).id::text, 'what is no id is older than any');
select is(tests.node('canvas', 'n2') ->> 'status', 'completed', 'so the job is shown');

select * from finish();
rollback;
