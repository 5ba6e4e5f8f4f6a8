begin;
select plan(7);

select realtime.send('{}', 'UPDATE', 'lane:runninghub', true);
create function pg_temp.hears(p_topic text) returns boolean language plpgsql as $$
begin
  perform set_config('realtime.topic', p_topic, true);
  return exists (select from realtime.messages);
end
$$;
select tests.as_user('ana');
select is(pg_temp.hears('lane:runninghub'), true, 'how busy a lane is, every signed-in user may hear');
select is(pg_temp.hears('lane:'), false, 'but the topic must name one');
select is(pg_temp.hears('lane:Run ning'), false, 'as lanes are named');
select is(pg_temp.hears('my-lane:runninghub'), false, 'and begin so');
select is(pg_temp.hears('lanes'), false, 'other topics are closed');
select throws_ok($$ insert into realtime.messages (topic, extension, event, private) values ('lane:runninghub', 'broadcast', 'UPDATE', true) $$,
  '42501', null, 'a user says nothing on it');
select tests.as_anon();
select is(pg_temp.hears('lane:runninghub'), false, 'somebody who is not signed in hears nothing');
select tests.reset();

select * from finish();
rollback;
