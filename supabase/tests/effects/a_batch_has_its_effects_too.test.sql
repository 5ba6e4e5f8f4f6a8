begin;
select plan(4);

select tests.create_user('ana');
select tests.enable_effect('project_node', 5);
select tests.create_project('ana', 'canvas');
select public.create_jobs(tests.user_id('ana'), jsonb_agg(jsonb_build_object('tool', 'echo', 'input', '{}'::jsonb, 'idempotency_key', node,
  'metadata', jsonb_build_object('projectId', tests.project_id('canvas'), 'nodeId', node))))
from unnest(array['n1', 'n2']) node;
select tests.commit();
select is(array[tests.node('canvas', 'n1') ->> 'status', tests.node('canvas', 'n2') ->> 'status'], '{processing,processing}', 'jobs created together are shown');
select is((select version from public.projects where id = tests.project_id('canvas')), 3, 'each in one change, though they were created and started');
select worker.complete_many(jsonb_agg(jsonb_build_object('job_id', (tests.job(node)).id, 'token', (tests.attempt(node)).token,
  'output', '{"files": []}'::jsonb, 'output_url', 'https://example.test/' || node)))
from unnest(array['n1', 'n2']) node;
select tests.commit();
select is(array[tests.node('canvas', 'n1') #>> '{generated,url}', tests.node('canvas', 'n2') #>> '{generated,url}'],
  '{https://example.test/n1,https://example.test/n2}', 'and so are results reported together');
select is(array[tests.outcome('n1'), tests.outcome('n2')], '{applied,applied}', 'which is written down');

select * from finish();
rollback;
