-- How an effect comes to be pending needs two sessions: see the race tests.
begin;
select plan(6);

select tests.create_user('ana');
select tests.enable_effect('project_node', 5);
select tests.create_project('ana', 'canvas');
select tests.create_node_job('ana', 'one', 'canvas', 'n1'), tests.create_node_job('ana', 'two', 'canvas', 'n9');
select tests.complete('one'), tests.complete('two');
insert into public.job_effects (job_id, user_id, effect, outcome, updated_at)
select id, user_id, effect, 'pending', now() from public.jobs where idempotency_key in ('one', 'two');
select results_eq($$ select count from ops.counts() where name = 'effects pending' $$, array[2::bigint], 'operators see what is pending');
select is(private.apply_pending_effects(), 2, 'it is applied when it can be');
select is(tests.node('canvas', 'n1') #>> '{generated,url}', 'https://example.test/a.png', 'the result is shown');
select is(tests.outcome('one'), 'applied', 'and that is written down');
select is(tests.outcome('two'), 'node_missing', 'or why it could not be');
select is(private.apply_pending_effects(), 0, 'once');

select * from finish();
rollback;
