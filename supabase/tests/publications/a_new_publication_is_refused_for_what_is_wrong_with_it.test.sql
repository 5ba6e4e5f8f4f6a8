begin;
select plan(22);

select tests.create_user('ana', 1000), tests.create_user('bo'), tests.enable_publishing(20);
select tests.connect('ana', 'a'), tests.connect('bo', 'bos'), tests.connect('ana', 'pictures', 'instagram'), tests.connect('ana', 'gone');
update public.connections set state = 'revoked', state_code = 'disconnected' where id = tests.connection_id('gone');
select tests.freeze('2030-01-01 00:00:00Z');

create function pg_temp.create(p_connection text, p_caption text, p_tool text default 'x_post', p_more jsonb default '{}') returns text language sql as $$
  select format('select public.create_job(%L, %L, %L)', tests.user_id('ana'), p_tool, tests.content(p_connection, p_caption, p_more))
$$;
select tests.refuses(pg_temp.create('nobodys', 'x'), 404, 'connection_not_found', 'connectionId', 'a connection that is not there');
select tests.refuses(pg_temp.create('bos', 'x'), 404, 'connection_not_found', 'connectionId', 'somebody else''s is the same answer');
select tests.refuses(pg_temp.create('pictures', 'x'), 404, 'connection_not_found', 'connectionId', 'and one at another platform');
select tests.refuses(pg_temp.create('a', 'x', p_more => '{"connectionId": "no uuid"}'), 404, 'connection_not_found', 'connectionId', 'and what is no id');
select tests.refuses(pg_temp.create('gone', 'x'), 409, 'connection_revoked', 'connectionId', 'one that was ended');
select is(tests.balance('ana'), 1000, 'nothing is charged');
select is((select count(*) from public.jobs), 0::bigint, 'nothing is written');

-- The same, twice.
select tests.publish('ana', 'news', 'a');
select tests.refuses(pg_temp.create('a', 'news'), 409, 'duplicate_content', 'allowDuplicate', 'the same content to the same connection');
select lives_ok(pg_temp.create('a', 'other news'), 'other words');
select lives_ok(pg_temp.create('a', 'news', p_more => '{"mediaFiles": [{"name": "a", "path": "p", "size": 1, "type": "image/png"}]}'), 'other files');
select tests.refuses(pg_temp.create('a', 'news', p_more => '{"mediaFiles": [{"name": "b", "path": "p", "size": 2, "type": "image/png"}]}'),
  409, 'duplicate_content', 'allowDuplicate', 'a file is the same by its place, whatever its name');
select lives_ok(pg_temp.create('pictures', 'news', 'instagram_feed'), 'another connection');
select lives_ok(pg_temp.create('pictures', 'news', 'instagram_story'), 'another option');
select lives_ok(pg_temp.create('a', 'news', p_more => '{"allowDuplicate": true}'), 'and what is allowed');
select tests.cancel('news');
select tests.refuses(pg_temp.create('a', 'news'), 409, 'duplicate_content', 'allowDuplicate', 'that one is there too');
select public.cancel_job(id) from public.jobs where input ->> 'allowDuplicate' = 'true';
select lives_ok(pg_temp.create('a', 'news'), 'what was cancelled is not there');
select tests.freeze('2030-01-02 00:00:01Z');
select lives_ok(pg_temp.create('a', 'news'), 'and after a day it is no duplicate');

-- Many at once are made or not as any other jobs are, and retried as they are.
select tests.refuses(format('select public.create_jobs(%L, %L)', tests.user_id('ana'), jsonb_build_array(
    jsonb_build_object('tool', 'x_post', 'input', tests.content('a', 'p')),
    jsonb_build_object('tool', 'x_post', 'input', tests.content('bos', 'q')))), 404, 'connection_not_found', 'connectionId', 'a batch is made whole or not at all');
select is((select count(*) from public.create_jobs(tests.user_id('ana'), jsonb_build_array(
    jsonb_build_object('tool', 'x_post', 'input', tests.content('a', 'p')),
    jsonb_build_object('tool', 'x_post', 'input', tests.content('a', 'q'))))), 2::bigint, 'and has publications');
select is((select count(*) from public.publications where connection_id = tests.connection_id('a') and line = 'front'), 1::bigint, 'of which one is under way');
select tests.publish('ana', 'again', 'pictures', 'instagram_reel');
select tests.cancel('again');
select is((public.retry_job((tests.job('again')).id)).tool, 'instagram_reel', 'a cancelled one is done again');
select is((select count(*) from public.publications p join public.jobs j on j.id = p.job_id
  where j.retried_from = (tests.job('again')).id and p.group_id = (tests.publication('again')).group_id), 1::bigint, 'with a publication of its own, in the same group');

select * from finish();
rollback;
