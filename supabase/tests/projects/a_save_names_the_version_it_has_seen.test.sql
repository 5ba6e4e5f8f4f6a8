begin;
select plan(13);

select tests.create_user('ana');
select tests.enable_effect('project_node');
select tests.create_project('ana', 'canvas');
create function pg_temp.project() returns public.projects language sql as $$ select * from public.projects where id = tests.project_id('canvas') $$;

select tests.as_user('ana');
select tests.refuses('update public.projects set content = ''{"nodes": []}'' where true', 428, 'version_required', 'version', 'content without a version is refused');
select lives_ok('update public.projects set content = ''{"nodes": [{"id": "n1"}]}'', version = 1 where true', 'with the one that is there it is saved');
select is((pg_temp.project()).version, 2, 'as the next');
select tests.refuses('update public.projects set content = ''{"nodes": []}'', version = 1 where true', 409, 'stale_version', 'version', 'an older one is refused');
select tests.refuses('update public.projects set content = ''{"nodes": []}'', version = 9 where true', 409, 'stale_version', 'version', 'and one to come');
select tests.refuses('update public.projects set version = null where true', 409, 'stale_version', 'version', 'and none');
select is((pg_temp.project()).content, '{"nodes": [{"id": "n1"}]}'::jsonb, 'what was refused changed nothing');
select lives_ok('update public.projects set name = ''new name'' where true', 'a name needs no version');
select is((pg_temp.project()).version, 3, 'and makes one');
select lives_ok('update public.projects set content = content where true', 'content that does not change needs none either');
select tests.reset();

-- What this is for.
select tests.create_node_job('ana', 'one', 'canvas', 'n1'), tests.complete('one'), tests.commit();
select tests.as_user('ana');
select tests.refuses('update public.projects set content = ''{"nodes": [{"id": "n1"}]}'', version = 4 where true', 409, 'stale_version', 'version',
  'a save from before a job landed does not wipe out its result');
select tests.as_service();
select tests.refuses('update public.projects set content = ''{"nodes": []}'' where true', 428, 'version_required', 'version', 'servers are asked the same');
select tests.reset();
select is(tests.node('canvas', 'n1') ->> 'status', 'completed', 'the result is there');

select * from finish();
rollback;
