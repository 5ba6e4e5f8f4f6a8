begin;
select plan(6);

select tests.create_user('ana');
select tests.enable_effect('project_node', 5);
select tests.create_project('ana', 'canvas');
select tests.create_node_job('ana', 'one', 'canvas', 'n1'), tests.create_node_job('ana', 'two', 'canvas', 'n2'), tests.commit();
alter table public.projects add constraint nothing_is_generated check (content #> '{nodes,0,data,generated}' is null);
select lives_ok($$ select tests.complete('one'), tests.complete('two'), tests.commit() $$, 'a project takes a result badly');
select is((tests.job('one')).status, 'completed', 'the job has completed');
select is(tests.outcome('one'), 'failed', 'its effect has failed');
select matches((select message from public.job_effects where job_id = (tests.job('one')).id), 'nothing_is_generated', 'for this reason');
select is(tests.node('canvas', 'n1') ->> 'status', 'processing', 'the node is as it was');
select is(tests.node('canvas', 'n2') ->> 'status', 'completed', 'and the job beside it is shown');

select * from finish();
rollback;
