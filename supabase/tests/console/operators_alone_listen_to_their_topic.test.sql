-- Realtime lets somebody join a private topic when, as that user and with realtime.topic set to it, a message can be read.
begin;
select plan(13);

select tests.create_user('ana'), tests.create_user('sue', 0), tests.create_user('root', 0);
select tests.make_operator('sue', 'support'), tests.make_operator('root', 'admin');
select realtime.send('{}', 'alert_moved', 'ops', true);
create function pg_temp.hears(p_topic text) returns boolean language plpgsql as $$
begin
  perform set_config('realtime.topic', p_topic, true);
  return exists (select from realtime.messages where extension = 'broadcast');
end
$$;
select tests.as_gone('root', 'admin');
select is(pg_temp.hears('ops'), true, 'an admin hears what concerns operators');
select is(pg_temp.hears('ops:'), false, 'on no topic that begins alike');
select is(pg_temp.hears('jobs:' || tests.user_id('ana')), false, 'and not of anybody''s jobs');
select throws_ok($$ insert into realtime.messages (topic, extension, event, private) values ('ops', 'broadcast', 'alert_moved', true) $$,
  '42501', null, 'an admin says nothing on it');
select tests.as_gone('sue', 'support');
select is(pg_temp.hears('ops'), true, 'so does support');
select tests.as_gone('ana');
select is(pg_temp.hears('ops'), false, 'a user hears nothing of it');
select tests.as_gone('ana', 'admin');
select is(pg_temp.hears('ops'), false, 'nor who is an admin no more, whatever their token says');
select tests.as_gone('nobody', 'admin');
select is(pg_temp.hears('ops'), false, 'nor who is gone');
select tests.become('authenticated', null);
select is(pg_temp.hears('ops'), false, 'nor a session without a token');
select tests.as_anon();
select is(pg_temp.hears('ops'), false, 'nor somebody who is not signed in');
select throws_ok('select private.operator_role()', '42501', null, 'who may not even ask');
select tests.reset();
update auth.users set banned_until = 'infinity' where id = tests.user_id('root');
select tests.as_gone('root', 'admin');
select is(pg_temp.hears('ops'), false, 'who is banned hears nothing any more');
select tests.as_gone('ana');
select is(private.operator_role(), null, 'a user may ask what they are, and is no operator');
select tests.reset();

select * from finish();
rollback;
