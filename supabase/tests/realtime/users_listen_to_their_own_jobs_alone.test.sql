-- Realtime lets somebody join a private topic when, as that user and with realtime.topic set to it, a message can be read.
begin;
select plan(12);

select tests.create_user('ana'), tests.create_user('bo');
select realtime.send('{}', 'INSERT', 'jobs:' || tests.user_id('ana'), true);
insert into realtime.messages (topic, extension, event, private) values ('jobs:' || tests.user_id('ana'), 'presence', 'here', true);

create function pg_temp.hears(p_topic text) returns boolean language plpgsql as $$
begin
  perform set_config('realtime.topic', p_topic, true);
  return exists (select from realtime.messages where extension = 'broadcast');
end
$$;
select tests.as_user('ana');
select is(pg_temp.hears('jobs:' || tests.user_id('ana')), true, 'a user hears of their own jobs');
select is(pg_temp.hears('jobs:' || tests.user_id('bo')), false, 'not of others''');
select is(pg_temp.hears('jobs:'), false, 'not of nobody''s');
select is(pg_temp.hears(''), false, 'not of no topic');
select is(pg_temp.hears('jobs:' || tests.user_id('ana') || ':more'), false, 'not of a topic that begins alike');
select set_config('realtime.topic', 'jobs:' || tests.user_id('ana'), true);
select is_empty(
  $$ select * from realtime.messages where extension = 'presence' $$,
  'and hears broadcasts, not who is there');
select throws_ok(
  $$ insert into realtime.messages (topic, extension, event, private) values ('jobs:' || tests.user_id('ana'), 'broadcast', 'UPDATE', true) $$,
  '42501', null, 'a user says nothing on the topic');

select tests.as_user('stranger');
select is(pg_temp.hears('jobs:' || tests.user_id('ana')), false, 'a stranger hears nothing');
select tests.as_admin();
select is(pg_temp.hears('jobs:' || tests.user_id('ana')), false, 'nor does an admin');
select tests.become('authenticated', null);
select is(pg_temp.hears('jobs:' || tests.user_id('ana')), false, 'nor a session without a token');
select is(pg_temp.hears('jobs:'), false, 'of any topic');
select tests.as_anon();
select is(pg_temp.hears('jobs:' || tests.user_id('ana')), false, 'nor somebody who is not signed in');
select tests.reset();

select * from finish();
rollback;
