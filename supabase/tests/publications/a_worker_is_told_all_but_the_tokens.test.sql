begin;
select plan(10);

select tests.create_user('ana'), tests.enable_publishing(5), tests.connect('ana', 'a');
select vault.create_secret('the-app-secret', 'x_secret');
select ops.set_platform('x', 'the-app', 'x_secret', 'v2', '{"base_url": "http://127.0.0.1:9"}');
update public.connections set settings = '{"page": 1}', scopes = '{tweet.write}' where id = tests.connection_id('a');
select worker.save_connection(tests.user_id('ana'), 'x', '{"external_id": "b", "display_name": "b"}', '{"access_token": "secret-access", "refresh_token": "secret-refresh", "expires_in": 7200}');
select tests.publish('ana', 'one', 'a');
select tests.enable_tool('tiktok_video', 'publication', 5), tests.create_job('ana', 'plain', 'tiktok_video');
create temporary table items as select item from worker.receive('publication');
create temporary table one as select item -> 'publication' as p, item from items where item #>> '{job,id}' = (tests.job('one')).id::text;
select is((select p -> 'connection' from one), jsonb_build_object('id', tests.connection_id('a'), 'platform', 'x', 'external_id', 'a', 'display_name', 'a',
  'settings', '{"page": 1}'::jsonb, 'scopes', '["tweet.write"]'::jsonb, 'state', 'live', 'expires_at', null), 'with what it is published');
select is((select p -> 'app' from one), '{"platform": "x", "client_id": "the-app", "api_version": "v2", "settings": {"base_url": "http://127.0.0.1:9"}}', 'as which app');
select is((select array_agg(k order by k) from one, jsonb_object_keys(p) k), '{app,committed_at,connection,created_at,facts,facts_until,group_id,known_post_ids,line,media,permalink,post_id,warnings}', 'and what it has come to');
select is((select p ->> 'line' from one), 'front', 'it is the front of its line');
select is((select item -> 'lane_circuit' from one), '{"failures": 0, "opened_at": null, "probe_at": null}', 'how the platform does, rather than the lane');
select unalike((select item::text from one), '%secret%', 'no token and no secret is in it');
select is((select item ? 'publication' from items where item #>> '{job,id}' = (tests.job('plain')).id::text), false, 'an ordinary job of the lane has none of it');
update private.platforms set failures = 3, down_since = now(), paused_until = now() + interval '1 minute', pause_reason = 'down' where platform = 'x';
select is((select c ->> 'failures' || (c ->> 'opened_at' is not null)::text || (c ->> 'probe_at' is not null)::text
  from (select private.publication_item(tests.job('one')) -> 'lane_circuit' as c) c), '3truetrue', 'a platform that is down shows as a circuit that is open');
select is((select p -> 'media' from one), '[]', 'no file is named by address');
select tests.publish('ana', 'two', 'a');
update public.publications set post_id = '77' where job_id = (tests.job('two')).id;
select is(private.publication_item(tests.job('one')) #> '{publication,known_post_ids}', '["77"]', 'what others of the connection have become');

select * from finish();
rollback;
