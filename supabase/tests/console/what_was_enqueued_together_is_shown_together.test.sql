begin;
select plan(15);

select tests.create_user('ana', 100), tests.create_user('bo', 100), tests.enable_publishing(20);
select tests.connect('ana', 'x'), tests.connect('ana', 'ig', 'instagram'), tests.connect('ana', 'th', 'threads'), tests.connect('bo', 'bo');
select tests.freeze('2030-01-01 00:00:00Z');
create function pg_temp.together(p_user text, p_group text, p_tool text, p_connection text) returns uuid language sql as $$
  select tests.publish(p_user, format('%s on %s', p_group, p_connection), p_connection, p_tool, p_more => jsonb_build_object('groupId', md5('groups/' || p_group)::uuid))
$$;
select pg_temp.together('ana', 'first', 'x_post', 'x'), pg_temp.together('ana', 'first', 'instagram_feed', 'ig'), pg_temp.together('ana', 'first', 'threads_post', 'th');
select tests.freeze('2030-01-01 00:01:00Z');
select pg_temp.together('bo', 'first', 'x_post', 'bo');
select tests.post('first on x'), tests.fail_publication('first on ig', 'never');
select tests.freeze('2030-01-01 00:02:00Z');
select pg_temp.together('ana', 'second', 'x_post', 'x');

create function pg_temp.told(p_filter jsonb default '{}', p_limit integer default 20, p_after uuid default null) returns text language sql as $$
  select string_agg(format('%s: %s (%s)', split_part(g ->> 'user_email', '@', 1), (
    select string_agg(concat_ws(' ', p ->> 'platform', p ->> 'state'), ', ' order by n) from jsonb_array_elements(g -> 'publications') with ordinality ps (p, n)), g ->> 'state'), '; ' order by i)
  from jsonb_array_elements(ops_api.publication_groups(p_filter, p_limit, p_after) -> 'groups') with ordinality groups (g, i)
$$;
select is(pg_temp.told(), 'ana: x publishing (publishing); bo: x publishing (publishing); ana: instagram failed, threads publishing, x published (publishing)',
  'the newest first, each with all of its own, by platform, and nobody else''s of the same name');
select is(pg_temp.told(p_limit => 1), 'ana: x publishing (publishing)', 'page by page');
create temporary table pages as select (ops_api.publication_groups('{}', 2) ->> 'next')::uuid as next;
select is((select pg_temp.told(p_after => next) from pages), 'ana: instagram failed, threads publishing, x published (publishing)', 'none is told twice or left out');
select is(ops_api.publication_groups('{}', 4) -> 'next', 'null', 'after the last there is none');
select is(pg_temp.told(jsonb_build_object('user_id', tests.user_id('ana')), 1, (ops_api.publication_groups(jsonb_build_object('user_id', tests.user_id('ana')), 1) ->> 'next')::uuid),
  'ana: instagram failed, threads publishing, x published (publishing)', 'of one user, page by page');
select is(pg_temp.told('{"platform": "instagram"}'), 'ana: instagram failed, threads publishing, x published (publishing)', 'by any that is in it, with all that is in it');
select is(pg_temp.told('{"state": "published"}'), 'ana: instagram failed, threads publishing, x published (publishing)', 'by state');
select is(pg_temp.told(jsonb_build_object('connection_id', tests.connection_id('bo'))), 'bo: x publishing (publishing)', 'by connection');
select is(ops_api.publication_groups('{}', 20) #>> '{groups,2,total}', '3', 'with how many they are');
select is(ops_api.publication_groups('{}', 20) -> 'looked_at', '5', 'and how many were looked at');

select is(private.group_state('{published,published}'), 'published', 'all are there');
select is(private.group_state('{scheduled,waiting}'), 'pending', 'none has begun');
select is(private.group_state('{published,unknown}'), 'partial', 'what nobody knows is not there');
select is(private.group_state('{failed,cancelled}'), 'failed', 'none is there');
select tests.refuses($$ select ops_api.publication_groups('{}', 0) $$, 422, 'invalid_input', 'limit', 'a page has something');

select * from finish();
rollback;
