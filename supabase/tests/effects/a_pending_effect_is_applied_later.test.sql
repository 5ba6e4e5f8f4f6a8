-- How an effect comes to be pending for a lock needs two sessions: see the race tests.
begin;
select plan(15);

select tests.create_user('ana');
select tests.enable_effect('project_node', 5);
select tests.create_project('ana', 'canvas');
select tests.create_node_job('ana', 'one', 'canvas', 'n1'), tests.create_node_job('ana', 'two', 'canvas', 'n9');
select tests.complete('one'), tests.complete('two');
select set_config('esteira.jobs', '', true); -- so that nothing is shown at the end
select tests.make_pending('one'), tests.make_pending('two');
select results_eq($$ select count from ops.counts() where name = 'effects pending' $$, array[2::bigint], 'operators see what is pending');
select is(private.apply_pending_effects(), 2, 'it is applied when it can be');
select is(tests.node('canvas', 'n1') #>> '{generated,url}', 'https://example.test/a.png', 'the result is shown');
select is(tests.outcome('one'), 'applied', 'and that is written down');
select is(tests.outcome('two'), 'node_missing', 'or why it could not be');
select is(private.apply_pending_effects(), 0, 'once');

-- A project that is too large to be written anew while a commit waits.
select tests.create_project('ana', 'large');
update public.projects set version = version, content = content || jsonb_build_object('edges', jsonb_build_array(repeat('x', 5000000)))
where id = tests.project_id('large');
select tests.create_node_job('ana', 'three', 'large', 'n1'), tests.commit();
select is(tests.node('large', 'n1') ->> 'status', null, 'what is too large is not waited for');
select is(tests.outcome('three'), null, 'nothing has become of a job that goes on');
select is(private.apply_pending_effects(), 1, 'its effect is pending all the same');
select is(tests.node('large', 'n1') ->> 'status', 'processing', 'and is applied');
select tests.complete('three'), tests.commit();
select is(tests.outcome('three'), 'pending', 'the end of it as well');
select tests.create_node_job('ana', 'four', 'large', 'n2'), tests.create_node_job('ana', 'five', 'canvas', 'n2'), tests.commit();
select is(tests.node('canvas', 'n2') ->> 'status', 'processing', 'a small one beside it is not kept waiting');
select is(private.apply_pending_effects(), 2, 'several at once');
select is(array[tests.node('large', 'n1') ->> 'status', tests.node('large', 'n2') ->> 'status', tests.outcome('three')],
  '{completed,processing,applied}', 'are applied');
select is((select version from public.projects where id = tests.project_id('large')), 4, 'by one change');

select * from finish();
rollback;
