begin;
select plan(9);

select tests.create_user('ana');
select tests.enable_effect('project_node', 5);
select tests.create_project('ana', 'canvas');
select public.create_jobs(tests.user_id('ana'), jsonb_agg(jsonb_build_object('tool', 'echo', 'input', '{}'::jsonb, 'idempotency_key', node,
  'metadata', jsonb_build_object('projectId', tests.project_id('canvas'), 'nodeId', node))))
from unnest(array['n1', 'n2']) node;
select tests.commit();
select is(array[tests.node('canvas', 'n1') ->> 'status', tests.node('canvas', 'n2') ->> 'status'], '{processing,processing}', 'jobs created together are shown');
select is((select version from public.projects where id = tests.project_id('canvas')), 2, 'in one change, though they were created and started');
select is((select payload #>> '{_debug,nodeUpdated}' from realtime.messages where topic = 'project:' || tests.project_id('canvas') and event = 'UPDATE'),
  'n1', 'which is told once');
select results_eq($$ select node ->> 'id', node #>> '{data,status}' from realtime.messages, jsonb_array_elements(payload #> '{new,content,nodes}') node
    where topic = 'project:' || tests.project_id('canvas') and event = 'UPDATE' $$,
  $$ values ('n1', 'processing'), ('n2', 'processing') $$, 'with all nodes that it changes');
select worker.complete_many(jsonb_agg(jsonb_build_object('job_id', (tests.job(node)).id, 'token', (tests.attempt(node)).token,
  'output', '{"files": []}'::jsonb, 'output_url', 'https://example.test/' || node)))
from unnest(array['n1', 'n2']) node;
select tests.commit();
select is(array[tests.node('canvas', 'n1') #>> '{generated,url}', tests.node('canvas', 'n2') #>> '{generated,url}'],
  '{https://example.test/n1,https://example.test/n2}', 'and so are results reported together');
select is(array[tests.outcome('n1'), tests.outcome('n2')], '{applied,applied}', 'which is written down');


-- More than a broadcast shows, on two projects, and several on one node.
select tests.create_project('ana', 'large', array(select 'n' || n from generate_series(1, 60) n)), tests.create_project('ana', 'small');
select public.create_jobs(tests.user_id('ana'), jsonb_agg(jsonb_build_object('tool', 'echo', 'input', '{}'::jsonb, 'idempotency_key', 'b' || n,
  'metadata', jsonb_build_object('projectId', tests.project_id(case when n > 60 then 'small' else 'large' end), 'nodeId', 'n' || least(n, 61) % 61))
  order by n)) from generate_series(1, 62) n;
select tests.commit();
select is((select count(*) from public.projects, jsonb_array_elements(content -> 'nodes') node
  where id = tests.project_id('large') and node #>> '{data,loading}' = 'true'), 60::bigint, 'many jobs show on many nodes');
select results_eq($$ select payload #> '{new,content,nodes}', payload -> '_debug' ? 'nodeUpdated' from realtime.messages
    where topic = 'project:' || tests.project_id('large') and event = 'UPDATE' $$,
  $$ values ('[]'::jsonb, false) $$, 'told once, so that the row is read');
select is((select version from public.projects where id = tests.project_id('small')), 1, 'what names no node that is there changes nothing');

select * from finish();
rollback;
