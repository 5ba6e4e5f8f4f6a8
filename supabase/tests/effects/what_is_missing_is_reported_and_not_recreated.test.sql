begin;
select plan(17);

select tests.create_user('ana'), tests.create_user('bo');
select tests.enable_effect('project_node', 10);
select tests.create_project('ana', 'canvas'), tests.create_project('ana', 'gone'), tests.create_project('bo', 'his');
select tests.create_node_job('ana', 'node gone', 'canvas', 'n1'),
  tests.create_node_job('ana', 'no such node', 'canvas', 'n9'),
  tests.create_node_job('ana', 'malformed', 'canvas', 'n2'),
  tests.create_node_job('ana', 'project gone', 'gone', 'n1'),
  tests.create_node_job('ana', 'his project', 'his', 'n1'),
  tests.create_job_for('ana', 'no id', '{"projectId": "mine", "nodeId": "n1"}'),
  tests.create_job_for('ana', 'an object', '{"projectId": {}, "nodeId": []}'),
  tests.create_job_for('ana', 'no node', jsonb_build_object('projectId', tests.project_id('canvas'))),
  tests.commit();
select is_empty('select * from public.job_effects', 'while they run there is nothing to report: the node may yet be saved');
update public.projects set version = version, content = jsonb_set(content - 'edges', '{nodes}', '[7, {"data": 1}, {"id": "n2", "data": "text"}]')
where id = tests.project_id('canvas');
delete from public.projects where id = tests.project_id('gone');
create temporary table before as select id, version, content from public.projects;
select tests.complete(key) from unnest(array[
  'node gone', 'no such node', 'malformed', 'project gone', 'his project', 'no id', 'an object', 'no node']) key;
select tests.commit();

select is((select count(*) from public.jobs where status = 'completed'), 8::bigint, 'all of them completed');
select is(tests.outcome('node gone'), 'node_missing', 'a node that was deleted meanwhile');
select is(tests.outcome('no such node'), 'node_missing', 'one that never was');
select is(tests.outcome('no node'), 'node_missing', 'none at all');
select is(tests.outcome('malformed'), 'node_malformed', 'one whose data is no object');
select is(tests.outcome('project gone'), 'project_missing', 'a project that was deleted meanwhile');
select is(tests.outcome('his project'), 'project_missing', 'somebody else''s project is none');
select is(tests.outcome('no id'), 'project_missing', 'nor is what cannot be one');
select is(tests.outcome('an object'), 'project_missing', 'whatever it is');
select set_eq('select id, version, content from public.projects', 'select * from before', 'no project was changed or made');
select bag_eq($$ select name, count from ops.counts() where name like 'effects %' $$,
  $$ values ('effects node_missing', 3::bigint), ('effects node_malformed', 1), ('effects project_missing', 4) $$, 'operators count them');

create function pg_temp.sees() returns bigint language sql as $$ select count(*) from public.job_effects $$;
select tests.as_user('ana');
select is(pg_temp.sees(), 8::bigint, 'the owner of the jobs sees them');
select throws_ok('update public.job_effects set outcome = ''applied'' where true', '42501', null, 'and changes none');
select tests.as_user('bo');
select is(pg_temp.sees(), 0::bigint, 'the owner of the project sees none');
select tests.as_admin();
select is(pg_temp.sees(), 8::bigint, 'admins see them');
select tests.as_anon();
select throws_ok('select * from public.job_effects', '42501', null, 'somebody who is not signed in may not look');
select tests.reset();

select * from finish();
rollback;
