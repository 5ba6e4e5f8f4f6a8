begin;
select plan(3);

select tests.create_user('ana');
select tests.enable_effect('project_node', 5);
select tests.create_project('ana', 'canvas');
select tests.create_node_job('ana', 'one', 'canvas', 'n1'), tests.create_node_job('ana', 'two', 'canvas', 'n2'), tests.commit();
-- In one transaction, as the reaper may end them; in two at a time: see the race tests.
select tests.complete('one'), tests.fail('two', 'never'), tests.commit();
select is(tests.node('canvas', 'n1') ->> 'status', 'completed', 'one has completed');
select is(tests.node('canvas', 'n2') ->> 'status', 'failed', 'the other has failed');
select is((select version from public.projects), 3, 'by one change, as they were made');

select * from finish();
rollback;
