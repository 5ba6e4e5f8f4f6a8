begin;
select plan(18);

select tests.create_user('ana'), tests.enable_publishing(5), tests.connect('ana', 'a'), tests.connect('ana', 'b', 'instagram');
select tests.freeze('2030-01-01 00:00:00Z');
create function pg_temp.files() returns jsonb language sql as $$
  select '{"groupId": "11111111-1111-1111-1111-111111111111", "mediaFiles": [{"name": "own", "path": "p", "size": 1, "type": "image/png"},
    {"name": "film", "url": "https://files.test/film.mp4", "size": 5, "type": "video/mp4"}]}'::jsonb
$$;
select tests.publish('ana', 'x', 'a', p_more => pg_temp.files()), tests.publish('ana', 'i', 'b', 'instagram_reel', p_more => pg_temp.files());
create function pg_temp.key(p_name text) returns text language sql as $$
  select tests.user_id('ana') || '/' || md5(p_name)::uuid || '.mp4'
$$;
create function pg_temp.claim(p_key text, p_index integer default 1) returns jsonb language sql as $$
  select worker.media_claim((tests.job(p_key)).id, (tests.attempt(p_key)).token, p_index)
$$;
create function pg_temp.store(p_key text, p_name text) returns text language sql as $$
  select worker.media_stored((tests.job(p_key)).id, (tests.attempt(p_key)).token, 1, pg_temp.key(p_name), 5, 'video/mp4', '{"width": 1}')
$$;
select is(pg_temp.claim('x'), '{"verdict": "claimed", "url": "https://files.test/film.mp4", "seconds": 120}', 'who is first fetches it');
select is(pg_temp.claim('i'), '{"verdict": "wait", "seconds": 15}', 'the others of the group wait');
select is(pg_temp.claim('x') ->> 'verdict', 'claimed', 'who has it keeps it');
select tests.freeze('2030-01-01 00:02:01Z');
select is(pg_temp.claim('i') ->> 'verdict', 'claimed', 'a worker that died keeps nobody waiting');
select is(pg_temp.store('i', 'one'), pg_temp.key('one'), 'it is there');
select is(pg_temp.store('x', 'two'), pg_temp.key('one'), 'the first copy is that of all');
select is(pg_temp.claim('x') - 'probe', jsonb_build_object('verdict', 'stored', 'url', 'https://files.test/film.mp4', 'key', pg_temp.key('one'),
  'bytes', 5, 'content_type', 'video/mp4'), 'and is used from now on');
select tests.refuses($$ select pg_temp.claim('x', 0) $$, 422, 'invalid_input', 'mediaFiles', 'a file of the user''s own is not fetched');
select tests.refuses($$ select pg_temp.claim('x', 2) $$, 422, 'invalid_input', 'mediaFiles', 'nor one that is not named');
select is(private.publication_item(tests.job('x')) #> '{publication,media}', jsonb_build_array(jsonb_build_object('url', 'https://files.test/film.mp4',
  'key', pg_temp.key('one'), 'bytes', 5, 'content_type', 'video/mp4', 'probe', '{"width": 1}'::jsonb)), 'a worker is told where it is');
select is(worker.media_claim((tests.job('x')).id, gen_random_uuid(), 1), '{"verdict": "superseded"}', 'a worker whose attempt is over is told to stop');
select tests.violates(
  $$ update private.group_media set key = 'somebody/else.mp4' where true $$, 'what_is_fetched_is_a_copy');

-- Kept while somebody may need it.
insert into storage.objects (bucket_id, name, created_at) values ('handed', pg_temp.key('one'), '2030-01-01 00:00:00Z');
select tests.post('x'), tests.freeze('2030-01-03 00:00:00Z');
select is(private.forget_group_media(private.now() - interval '1 day'), 0, 'not while one of the group is to be published');
select private.sweep_handed();
select is((select count(*) from private.doomed_files where bucket = 'handed'), 0::bigint, 'and its copy stays');
select tests.post('i');
select is(private.forget_group_media('2030-01-01 00:00:00Z'), 0, 'not before its time');
select is(private.forget_group_media(private.now() - interval '1 day'), 1, 'then it is forgotten');
select private.sweep_handed();
select is((select count(*) from private.doomed_files where bucket = 'handed' and prefix = pg_temp.key('one')), 1::bigint, 'and its copy deleted');
select is(pg_temp.store('x', 'three'), null, 'who is late is told');

select * from finish();
rollback;
