-- @acceptance 002:61-63, 002:392-430, 002:576
begin;
select plan(23);

select tests.create_user('ana'), tests.create_user('bo');
select tests.enable_effect('project_node');
select tests.freeze('2030-01-01 00:00:00Z');
create function pg_temp.sent(p_version integer) returns jsonb language sql as $$
  select payload - 'id' from realtime.messages
  where topic = 'project:' || tests.project_id('canvas') and (payload #>> '{new,version}')::integer = p_version
$$;

select tests.create_project('ana', 'canvas');
select is(pg_temp.sent(1) #> '{new,content,nodes,1}', '{"id": "n2", "type": "image", "data": {}}'::jsonb, 'a new one, with its nodes');
select tests.create_node_job('ana', 'one', 'canvas', 'n1'), tests.commit();
select is(pg_temp.sent(2), jsonb_build_object('type', 'UPDATE', 'table', 'projects', 'schema', 'public',
  'new', (select private.visible_project(id, user_id, name, version, updated_at) from public.projects where name = 'canvas') || jsonb_build_object('content', jsonb_build_object('nodes',
    jsonb_build_array(jsonb_build_object('id', 'n1', 'type', 'image', 'data', tests.node('canvas', 'n1') - 'prompt')))),
  'old', (pg_temp.sent(1) -> 'new') - 'content',
  '_debug', jsonb_build_object('triggeredAt', private.now(), 'triggerName', 'projects_broadcast_trigger', 'broadcastSuccess', true,
    'nodeUpdated', 'n1')), 'what a job changes, with the node as far as jobs write it');
select is(pg_temp.sent(2) #>> '{new,userId}', tests.user_id('ana')::text, 'the owner,');
select is(pg_temp.sent(2) #>> '{old,version}', '1', 'the version before,');
select is(pg_temp.sent(2) #> '{new,content,nodes,0,data,loading}', 'true', 'and what the node shows');
select tests.complete('one'), tests.commit();
select is(pg_temp.sent(3) #>> '{new,content,nodes,0,data,generated,url}', 'https://example.test/a.png', 'the result itself');

update public.projects set version = version, content = jsonb_set(content, '{nodes,1,data,prompt}', '"a secret"') where name = 'canvas';
select is(pg_temp.sent(4) -> '_debug' ? 'nodeUpdated', false, 'what the owner changes is no job''s doing');
select is(pg_temp.sent(4) #> '{new,content,nodes}', '[{"id": "n2", "type": "image", "data": {}}]'::jsonb, 'it names the nodes that changed, not what is in them');
update public.projects set name = 'renamed' where name = 'canvas';
select is(pg_temp.sent(5) #> '{new,content}', '{"nodes": []}'::jsonb, 'nor an edge');
select is(pg_temp.sent(5) #> '{new,content,nodes}', '[]'::jsonb, 'a name changes none');
select is(pg_temp.sent(5) #>> '{new,name}', 'renamed', 'and is told');

update public.projects set version = version, content = jsonb_build_object('nodes', (
  select jsonb_agg(jsonb_build_object('id', n::text)) from generate_series(1, 51) n)) where name = 'renamed';
select is(pg_temp.sent(6) #> '{new,content,nodes}', '[]'::jsonb, 'where more than 50 change, none is named');
update public.projects set version = version, content = jsonb_build_object('nodes', jsonb_build_array(jsonb_build_object('id', 'big', 'data',
  jsonb_build_object('generated', repeat('x', 70000))))) where name = 'renamed';
select is(pg_temp.sent(7) #> '{new,content,nodes}', '[]'::jsonb, 'nor where one is too large');
select pg_sleep(0.002); -- ids are ordered by the millisecond
select tests.create_node_job('ana', 'two', 'canvas', 'big'), tests.commit();
select is(pg_temp.sent(8) #> '{new,content,nodes}', '[]'::jsonb, 'whoever changes it');
select is(pg_temp.sent(8) -> '_debug' ? 'nodeUpdated', false, 'so that the row is read');
update public.projects set version = version, content = '{"nodes": [7, null, {"id": 5, "data": [1]}]}' where name = 'renamed';
select is(pg_temp.sent(9) #> '{new,content,nodes}', '[{"id": "5", "type": null, "data": {}}]'::jsonb, 'what is no node is passed over');

-- Edges and viewport, where they change.
update public.projects set version = version, content = '{"nodes": [], "edges": [{"id": "e"}], "viewport": {"x": 1}}' where name = 'renamed';
select is(pg_temp.sent(10) #> '{new,content}', '{"nodes": [], "edges": [{"id": "e"}], "viewport": {"x": 1}}'::jsonb, 'edges and viewport are told');
update public.projects set version = version, content = jsonb_set(content, '{viewport,x}', '2') where name = 'renamed';
select is(pg_temp.sent(11) #> '{new,content}', '{"nodes": [], "viewport": {"x": 2}}'::jsonb, 'each where it has changed');
update public.projects set version = version, content = jsonb_set(content, '{edges}', to_jsonb(array(select n || repeat('x', 60) from generate_series(1, 950) n)))
where name = 'renamed';
select ok(octet_length(pg_temp.sent(12) #>> '{new,content}') > 60000, 'as much as fits');
update public.projects set version = version, content = jsonb_set(content, '{edges}', content -> 'edges' || to_jsonb(array(select n || repeat('x', 60) from generate_series(1, 100) n)))
where name = 'renamed';
select is(pg_temp.sent(13) #> '{new,content}', '{"nodes": []}'::jsonb, 'and none of it where it does not');

delete from public.projects where name = 'renamed';
select is((select payload -> 'new' from realtime.messages where event = 'DELETE' and topic = 'project:' || tests.project_id('canvas')),
  'null'::jsonb, 'the end of it is told');
select is((select payload #>> '{old,version}' from realtime.messages where event = 'DELETE' and topic = 'project:' || tests.project_id('canvas')),
  '13', 'with what it was');
select is((select bool_and(private) from realtime.messages where topic like 'project:%'), true, 'all of it in private');

select * from finish();
rollback;
