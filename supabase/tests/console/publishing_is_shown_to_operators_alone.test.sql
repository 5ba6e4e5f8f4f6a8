begin;
select plan(8);

select tests.create_user('ana', 100), tests.create_user('sue', 0), tests.create_user('root', 0), tests.enable_publishing(20);
select tests.make_operator('sue', 'support'), tests.make_operator('root', 'admin');
select tests.connect('ana', 'blog');
select tests.freeze('2030-01-01 12:00:00Z');
select tests.publish('ana', 'a secret', 'blog');
select tests.commit('a secret');
select worker.submit_unknown((tests.job('a secret')).id, (tests.attempt('a secret')).token);

create temporary table calls as select * from unnest(array[
  $$ ops_api.publication_calendar('2030-01-01', '2030-01-02') $$, $$ ops_api.publications('2030-01-01', '2030-01-02') $$,
  $$ ops_api.publication_groups() $$, $$ ops_api.unknown_publications() $$, $$ ops_api.publication_analytics() $$, $$ ops_api.connections() $$,
  $$ ops_api.platforms() $$]) call;
grant select on calls to anon, authenticated, service_role;
create function pg_temp.answer(p_call text) returns text language plpgsql as $$
declare
  v_answer jsonb;
begin
  execute 'select ' || p_call into v_answer;
  return case when v_answer::text ~ 'a secret' then 'told' else 'kept' end;
exception when others then
  return sqlstate;
end
$$;

select tests.as_anon();
select is((select array_agg(distinct pg_temp.answer(call)) from calls), '{42501}', 'somebody not signed in calls none of it');
select tests.as_user('ana');
select is((select array_agg(distinct pg_temp.answer(call)) from calls), '{PT403}', 'nor does its owner');
select tests.as_gone('nobody', 'admin');
select is((select array_agg(distinct pg_temp.answer(call)) from calls), '{PT403}', 'nor who is gone, whatever their token says');
select tests.as_gone('sue', 'support');
select is((select array_agg(distinct pg_temp.answer(call)) from calls), '{kept}', 'support sees all but what is said in it');
select is(ops_api.unknown_publications() #>> '{publications,0,caption}', '•••', 'which is masked');
select is(ops_api.unknown_publications() #>> '{publications,0,state}', 'unknown', 'while how it stands is told');
select tests.as_gone('root', 'admin');
select is((select count(*) from calls where pg_temp.answer(call) = 'told'), 4::bigint, 'admins see that too');
select tests.as_service();
select is((select count(*) from calls where pg_temp.answer(call) = 'told'), 4::bigint, 'and so does a server');

select * from finish();
rollback;
