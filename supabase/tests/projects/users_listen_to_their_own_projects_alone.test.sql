-- Realtime lets somebody join a private topic when, as that user and with realtime.topic set to it, a message can be read.
begin;
select plan(12);

select tests.create_user('ana'), tests.create_user('bo');
select tests.create_project('ana', 'hers');
insert into realtime.messages (topic, extension, event, private) values ('project:' || tests.project_id('hers'), 'presence', 'here', true);
create function pg_temp.hears(p_topic text) returns boolean language plpgsql as $$
begin
  perform set_config('realtime.topic', p_topic, true);
  return exists (select from realtime.messages where extension = 'broadcast');
end
$$;
select tests.as_user('ana');
select is(pg_temp.hears('project:' || tests.project_id('hers')), true, 'a user hears of their own project');
select is(pg_temp.hears('project:' || tests.project_id('none')), false, 'not of one that is not there');
select is(pg_temp.hears('project:'), false, 'not of none');
select is(pg_temp.hears('project:nonsense'), false, 'not of what is none');
select is(pg_temp.hears('project:' || tests.project_id('hers') || ':more'), false, 'not of a topic that begins alike');
select set_config('realtime.topic', 'project:' || tests.project_id('hers'), true);
select is_empty($$ select * from realtime.messages where extension = 'presence' $$, 'and hears broadcasts, not who is there');
select throws_ok(
  $$ insert into realtime.messages (topic, extension, event, private) values ('project:' || tests.project_id('hers'), 'broadcast', 'UPDATE', true) $$,
  '42501', null, 'a user says nothing on the topic');
select tests.as_user('bo');
select is(pg_temp.hears('project:' || tests.project_id('hers')), false, 'a stranger hears nothing');
select tests.as_admin();
select is(pg_temp.hears('project:' || tests.project_id('hers')), false, 'nor does an admin, who sees it');
select tests.become('authenticated', null);
select is(pg_temp.hears('project:' || tests.project_id('hers')), false, 'nor a session without a token');
select tests.as_anon();
select is(pg_temp.hears('project:' || tests.project_id('hers')), false, 'nor somebody who is not signed in');
select tests.reset();
delete from public.projects where true;
select tests.as_user('ana');
select is(pg_temp.hears('project:' || tests.project_id('hers')), false, 'nor its owner, when it is gone');
select tests.reset();

select * from finish();
rollback;
