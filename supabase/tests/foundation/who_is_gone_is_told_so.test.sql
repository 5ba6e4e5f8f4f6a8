-- A token is good for an hour after its user is gone. Whatever it asks of us is answered with 401, where there is anything
-- to be seen: an empty table has nothing to ask about.
begin;
select * from no_plan();

select tests.create_user('ana'), tests.create_user('root');
select tests.enable_effect('model', 2);
select tests.create_job('ana', 'hers'), tests.create_project('ana', 'canvas');
select tests.create_user('bo'), tests.create_project('bo', 'his'), tests.create_job('bo', 'his'), tests.submit('his'),
  tests.complete('his'), tests.commit(), tests.connect_account('bo');
insert into public.jobs (user_id, tool, lane, ticket)
select tests.user_id('bo'), tool, 'echo', 1
from unnest('{upscaler,pose_changer,veste_ai,video_upscaler,image,tiktok_video}'::text[]) tool;
select tests.enable_publishing(20), tests.connect('bo', 'shop'), tests.publish('bo', 'post', 'shop');
select tests.put_file('ana', 'face.png');
delete from auth.users where id in (tests.user_id('ana'), tests.user_id('root'));
insert into realtime.messages (topic, extension, event, private, payload) values
  ('jobs:' || tests.user_id('ana'), 'broadcast', 'INSERT', true, '{}'), ('lane:echo', 'broadcast', 'lane_moved', true, '{}');

create table pg_temp.readable as
select format('public.%I', c.relname) as name from pg_class c
-- Attempts are shown to admins alone: a user is asked nothing there, whether they are gone or not.
where c.relkind in ('r', 'v') and c.relname <> 'job_attempts' and c.relnamespace = 'public'::regnamespace and tests.grants(c.oid, 'authenticated') like '%select%';
grant select on pg_temp.readable to authenticated;
select cmp_ok((select count(*) from pg_temp.readable), '>=', 15::bigint, 'there are tables and views to look at');

create function pg_temp.check(p_what text, p_sql text) returns text language sql as $$
  select tests.refuses(p_sql, 401, 'unauthenticated', null, p_what)
$$;
create function pg_temp.try_all(p_who text) returns setof text language plpgsql as $$
declare
  v_table text;
begin
  for v_table in select name from pg_temp.readable order by 1 loop
    return next pg_temp.check(format('%s: nothing of %s', p_who, v_table), format('select count(*) from (select 1 from %s limit 1) x', v_table));
  end loop;
end
$$;
select tests.as_gone('ana');
select pg_temp.try_all('a user who is gone');
select pg_temp.check('a job is not cancelled', 'select public.cancel_job(gen_random_uuid())');
select pg_temp.check('nor retried', 'select public.retry_job(gen_random_uuid())');
select pg_temp.check('nor placed', 'select public.queue_position(gen_random_uuid())');
select pg_temp.check('no project is made', $$ insert into public.projects (name) values ('again') $$);
select pg_temp.check('none is changed', $$ update public.projects set name = 'again', version = 1 where true $$);
select pg_temp.check('none is deleted', $$ delete from public.projects where true $$);
select pg_temp.check('no model is renamed', $$ update public.ai_models set name = 'again' where true $$);
select is_empty('select * from storage.objects', 'what files are left are not hers to read');
select throws_ok($$ insert into storage.objects (bucket_id, name) values ('inputs', tests.user_id('ana') || '/new.png') $$, '42501', null,
  'or to add to');
select set_config('realtime.topic', 'jobs:' || tests.user_id('ana'), true);
select is_empty('select * from realtime.messages', 'nothing is told on her topic');
select set_config('realtime.topic', 'lane:echo', true);
select is_empty('select * from realtime.messages', 'nor of lanes');
select tests.as_gone('root', 'admin');
select pg_temp.check('an admin who is gone sees no jobs', 'select * from public.jobs');
select pg_temp.check('and no attempts', 'select job_id from public.job_attempts');

select tests.as_user('bo');
select is((select count(*) from public.jobs), 8::bigint, 'who is there sees what there is');
select isnt_empty('select * from realtime.messages', 'and hears what is told');
select tests.become('authenticated', '{"role": "authenticated"}');
select is((select count(*) from public.jobs), 0::bigint, 'a token of nobody shows nothing');
select is((select count(*) from realtime.messages), 0::bigint, 'and is told nothing of lanes');
select set_config('realtime.topic', '', true), tests.as_service();
select lives_ok('select * from public.jobs', 'a server is no user');

select * from finish();
rollback;
