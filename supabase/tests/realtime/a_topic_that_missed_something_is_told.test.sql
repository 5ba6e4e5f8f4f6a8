-- @acceptance 002:381-385
-- A payload that is no object cannot be sent: that is the failure here.
begin;
select plan(15);

set local client_min_messages = error;
select tests.create_user('ana'), tests.create_user('bo');
select tests.enable_effect('model', 3);
select tests.freeze('2030-01-01 00:00:10Z');
select tests.create_project('ana', 'canvas');
-- What the last broadcast on a topic says of those before it.
create function pg_temp.said(p_topic text, p_table text default '') returns boolean language sql as $$
  select (payload #>> '{_debug,broadcastSuccess}')::boolean from realtime.messages
  where topic = p_topic and payload ->> 'table' ~ p_table and jsonb_typeof(payload -> 'new') = 'object'
  order by (payload #>> '{new,version}')::integer desc limit 1
$$;
create function pg_temp.fail_for(p_topics text[]) returns integer language sql as $$
  select private.send(array(select (gen_random_uuid(), topic, 'UPDATE', '7', null)::private.hint from unnest(p_topics) topic))
$$;
create function pg_temp.jobs_of(p_name text) returns text language sql as $$ select 'jobs:' || tests.user_id(p_name) $$;
create function pg_temp.touch() returns void language sql as $$
  update public.jobs set progress = coalesce(progress, 0) + 1 where true;
  update public.projects set name = md5(name) where true;
$$;

select tests.create_job('ana', 'hers'), tests.create_job('bo', 'his'), tests.commit();
select is(pg_temp.said(pg_temp.jobs_of('ana')), true, 'while all is well, all were sent');
select pg_temp.fail_for(array[pg_temp.jobs_of('ana')]);
select is((select topics from private.broadcast_failures), array[pg_temp.jobs_of('ana')], 'one that somebody could have heard is kept with its topic');
select pg_temp.touch();
select is(pg_temp.said(pg_temp.jobs_of('ana')), false, 'the next one on the topic tells of it');
select is(pg_temp.said(pg_temp.jobs_of('bo')), true, 'that of another user does not');
select is(pg_temp.said('project:' || tests.project_id('canvas')), true, 'nor another topic of hers');
update public.ai_models set name = 'renamed' where "userId" = tests.user_id('ana');
select is(pg_temp.said(pg_temp.jobs_of('ana'), 'ai_models'), false, 'a model''s does');
select pg_temp.fail_for(array['project:' || tests.project_id('canvas')]), pg_temp.touch();
select is(pg_temp.said('project:' || tests.project_id('canvas')), false, 'a project''s does');

select tests.later('1 minute 59 seconds'), pg_temp.touch();
select is(pg_temp.said(pg_temp.jobs_of('ana')), false, 'for two minutes');
select tests.later('1 second'), pg_temp.touch();
select is(pg_temp.said(pg_temp.jobs_of('ana')), true, 'and no longer: by then whoever shows something has read it anew');

-- What nobody could have heard, nobody has missed.
update private.broadcast_failures set heard = 0, failed_at = private.now(), topics = '{}' where true;
select pg_temp.touch();
select is(pg_temp.said(pg_temp.jobs_of('ana')), true, 'nobody has missed what nobody could have heard');

-- Of many topics it is not known which they were.
delete from private.broadcast_failures where true;
select pg_temp.fail_for(array(select 'jobs:' || n from generate_series(1, 100) n));
select is((select cardinality(topics) from private.broadcast_failures), 100, 'a hundred topics are kept');
select pg_temp.touch();
select is(pg_temp.said(pg_temp.jobs_of('bo')), true, 'and others are not told');
select pg_temp.fail_for(array['jobs:101']), pg_temp.touch();
select is((select topics from private.broadcast_failures), null, 'of more than that');
select is(pg_temp.said(pg_temp.jobs_of('bo')), false, 'everybody is told');
delete from realtime.messages where true;
select private.broadcast('lane:echo', 'lane_moved', '{"lane": "echo"}', null);
select is((select payload - 'id' from realtime.messages where topic = 'lane:echo'), '{"lane": "echo"}', 'what says nothing of that is sent as it is');

select * from finish();
rollback;
