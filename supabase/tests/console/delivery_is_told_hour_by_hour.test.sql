-- @acceptance 002:601, 002:603
begin;
select plan(19);

select tests.freeze('2030-01-01 10:30:00Z');
create function pg_temp.report(p_user text, p_channel text, p_changes integer, p_missed integer default 0, p_hour timestamptz default '2030-01-01 10:00Z',
  p_late bigint[] default '{0,0,0,0,0,0,0,0,0,0,0,0}', p_max integer default 0, p_terminal integer default 0) returns void language sql as $$
  insert into private.deliveries (user_id, hour, channel, reports, changes, terminal, missed, late, late_max_ms)
  values (tests.user_id(p_user), p_hour, p_channel, 1, p_changes, p_terminal, p_missed, p_late, p_max)
$$;
create function pg_temp.channel(p_channel text, p_hours integer default 3) returns jsonb language sql as $$
  select c from jsonb_array_elements(ops_api.delivery(p_hours) -> 'channels') c where c ->> 'channel' is not distinct from p_channel
$$;
select is(ops_api.delivery(3) -> 'channels', '[]', 'of nothing there is nothing to tell');
select is(ops_api.delivery(3) -> 'hours', '["2030-01-01T08:00:00+00:00", "2030-01-01T09:00:00+00:00", "2030-01-01T10:00:00+00:00"]',
  'but the hours are there, the one that has begun among them');
select is(ops_api.delivery(3) -> 'unsent', '{"count": 0, "heard": 0, "by_hour": [0, 0, 0], "causes": []}', 'and nothing was lost');

select pg_temp.report('ana', 'realtime', 100, 0, p_late => '{90,5,0,0,0,0,0,0,4,0,0,1}', p_max => 70000, p_terminal => 20);
select pg_temp.report('bo', 'realtime', 50, 0, p_late => '{50,0,0,0,0,0,0,0,0,0,0,0}', p_max => 7, p_terminal => 10);
select pg_temp.report('bo', 'poll', 2, 2, p_late => '{0,0,0,0,0,0,0,0,1,0,0,0}', p_max => 4800, p_terminal => 2);
select pg_temp.report('ana', 'snapshot', 8, 0, '2030-01-01 08:00Z', p_terminal => 8);
select pg_temp.report('ana', 'sse', 40, 0, '2030-01-01 07:00Z');

select results_eq($$ select c ->> 'channel' from jsonb_array_elements(ops_api.delivery(3) -> 'channels') with ordinality e (c, n) order by n $$,
  array[null, 'realtime', 'snapshot', 'poll'], 'all first, then what brought most; what is older than was asked for is left out');
select is(pg_temp.channel('realtime') - 'by_hour',
  '{"channel": "realtime", "users": 2, "changes": 150, "percent": 93.75, "terminal": 30, "terminal_percent": 75.00, "missed": 0,
    "missed_percent": 0.00, "late_p50_ms": 10, "late_p95_ms": 25, "late_p99_ms": 5000, "late_max_ms": 70000}',
  'a channel: its share of all changes and of all ends, what was missed, how late half, nineteen in twenty and nearly all were');
select is(pg_temp.channel('realtime') -> 'by_hour',
  '{"changes": [0, 0, 150], "missed": [0, 0, 0], "late_p50_ms": [null, null, 10], "late_p95_ms": [null, null, 25]}', 'and hour by hour');
select is(pg_temp.channel('poll') #> '{by_hour,missed}', '[0, 0, 2]', 'what a live connection should have brought');
select is(pg_temp.channel(null) - 'by_hour' @> '{"users": 2, "changes": 160, "percent": 100.00, "missed": 2, "missed_percent": 1.25}', true,
  'in all, each user once');
select is(pg_temp.channel(null) #> '{by_hour,changes}', '[8, 0, 152]', 'hour by hour');
select is(pg_temp.channel('sse', 4) ->> 'changes', '40', 'as far back as is asked for');
select is(jsonb_array_length(ops_api.delivery(100000) -> 'hours'), 168, 'a week at the most');
select is(jsonb_array_length(ops_api.delivery(0) -> 'hours'), 1, 'an hour at least');
select is(ops_api.delivery(3) -> 'is_complete', 'true', 'all that was told is in it');

insert into private.broadcast_failures (minute, cause, pid, count, heard, message, topic, event, failed_at) values
  ('2030-01-01 09:10Z', '53100', 1, 5, 5, 'disk full', 'jobs:3f2b8c1d-4e5f-4a6b-8c7d-9e0f1a2b3c4d', 'UPDATE', '2030-01-01 09:10:20Z'),
  ('2030-01-01 10:10Z', '53100', 2, 1, 1, 'disk full still', 'lane:fal', 'lane_moved', '2030-01-01 10:10:20Z'),
  ('2030-01-01 10:10Z', 'no_partition', 1, 9, 0, 'no partition', 'ops', 'audit_grew', '2030-01-01 10:10:30Z'),
  ('2030-01-01 04:10Z', '53100', 1, 70, 70, 'long ago', 't', 'e', '2030-01-01 04:10:20Z');
select is((ops_api.delivery(3) -> 'unsent') - 'causes', '{"count": 15, "heard": 6, "by_hour": [0, 5, 1]}',
  'what could not be sent, and how much of it somebody could have heard');
select is(ops_api.delivery(3) #> '{unsent,causes,0}', '{"cause": "53100", "count": 6, "heard": 6, "last_at": "2030-01-01T10:10:20+00:00",
  "message": "disk full still", "topic": "lane:fal", "event": "lane_moved"}', 'by cause, with the last of each');
delete from private.broadcast_failures where pid = 2;
select is(ops_api.delivery(3) #>> '{unsent,causes,0,topic}', 'jobs:3f2b8c1d…', 'of a user''s topic no more than tells it from others');

select tests.as_user('ana');
select tests.refuses('select ops_api.delivery()', 403, 'not_an_operator', null, 'users do not ask');
select tests.as_anon();
select throws_ok('select ops_api.delivery()', '42501', null, 'nor does who is not signed in');
select tests.reset();
select tests.create_user('sue', 0), tests.make_operator('sue', 'support');
select tests.as_gone('sue', 'support');
select lives_ok('select ops_api.delivery()', 'support does');
select tests.reset();

select * from finish();
rollback;
