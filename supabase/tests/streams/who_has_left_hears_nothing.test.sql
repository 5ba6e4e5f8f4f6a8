begin;
select plan(13);

select tests.create_user('ana'), tests.create_user('bo');
select tests.create_project('ana', 'hers');
create temporary table sessions as select gen_random_uuid() as id;
insert into auth.sessions (id, user_id) select id, tests.user_id('ana') from sessions;
create function pg_temp.open(p_user text, p_session uuid, p_projects uuid[] default '{}', p_lanes text[] default '{}')
returns text language plpgsql as $$
declare
  v_code text;
begin
  perform worker.open_stream(tests.user_id(p_user), p_session, p_projects, p_lanes);
  return 'open';
exception when others then
  get stacked diagnostics v_code = pg_exception_detail;
  return sqlstate || ' ' || v_code;
end
$$;

select is(pg_temp.open('ana', null), 'open', 'who is there hears');
select is(pg_temp.open('ana', id), 'open', 'with her session too') from sessions;
select is(pg_temp.open('bo', id), 'PT401 unauthenticated', 'not with another user''s') from sessions;
select is(pg_temp.open('ana', gen_random_uuid()), 'PT401 unauthenticated', 'not with one that there is not');
select is(pg_temp.open('ana', null, array[tests.project_id('hers')], '{echo}'), 'PT404 lane_not_found', 'no lane that there is not');
select tests.enable_echo(1);
select is(pg_temp.open('ana', null, array[tests.project_id('hers')], '{echo}'), 'open', 'her projects and any lane');
select is(pg_temp.open('bo', null, array[tests.project_id('hers')]), 'PT404 not_found', 'nobody else''s projects');
select is(pg_temp.open('ana', null, array[gen_random_uuid()]), 'PT404 not_found', 'nor what there is not, told alike');

update auth.sessions set not_after = clock_timestamp() - interval '1 second' where true;
select is(pg_temp.open('ana', id), 'PT401 unauthenticated', 'a session that has had its time is none') from sessions;
update auth.sessions set not_after = null where true;
update auth.users set banned_until = clock_timestamp() + interval '1 hour' where id = tests.user_id('ana');
select is(pg_temp.open('ana', id), 'PT401 unauthenticated', 'nor hears who is banned') from sessions;
update auth.users set banned_until = clock_timestamp() - interval '1 hour' where id = tests.user_id('ana');
select is(pg_temp.open('ana', id), 'open', 'until that is over') from sessions;
delete from auth.sessions where user_id = tests.user_id('ana');
select is(pg_temp.open('ana', id), 'PT401 unauthenticated', 'nor who has signed out') from sessions;
delete from auth.users where id = tests.user_id('ana');
select is(pg_temp.open('ana', null), 'PT401 unauthenticated', 'nor who is gone');

select * from finish();
rollback;
