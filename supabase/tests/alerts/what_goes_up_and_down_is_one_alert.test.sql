begin;
select plan(16);

delete from ops.alert_rules where true;
insert into ops.alert_rules (name, count_name, look_back, threshold, close_below, opens_after, closes_after) values
  ('up and down', 'broadcasts failed', '1 minute', 10, 5, '0', '3 minutes'),
  ('for long', 'broadcasts failed', '1 minute', 10, null, '2 minutes', '0');
-- So many in the minute before.
create function pg_temp.at(p_minute integer, p_count integer) returns text language plpgsql as $$
begin
  perform tests.freeze(timestamptz '2030-01-01 00:00Z' + p_minute * interval '1 minute');
  delete from private.broadcast_failures where true;
  insert into private.broadcast_failures (minute, cause, count, heard, topic, event, failed_at)
  select private.now(), 'x', p_count, p_count, 't', 'e', private.now() where p_count > 0;
  perform private.alerts_tick();
  return (select string_agg(rule, ', ' order by rule) from ops.alerts where closed_at is null);
end
$$;

select is(pg_temp.at(0, 9), null, 'below the threshold there is nothing to tell');
select is(pg_temp.at(1, 10), 'up and down', 'at it one opens');
select is(pg_temp.at(2, 10), 'up and down', 'the other only when it has held');
select is(pg_temp.at(3, 12), 'for long, up and down', 'for so long');
select is((select count from ops.alerts where rule = 'for long'), 12::bigint, 'with what is counted then');
select is(pg_temp.at(4, 7), 'up and down', 'between both bounds one stays, the other has closed');
select is(pg_temp.at(5, 4), 'up and down', 'below the lower it stays for a while');
select is(pg_temp.at(6, 5), 'up and down', 'and if the count rises meanwhile');
select is(pg_temp.at(7, 4), 'up and down', 'it begins to count');
select is(pg_temp.at(9, 0), 'up and down', 'anew');
select is(pg_temp.at(10, 4), null, 'until it has been low for long enough');
select is((select count(*) from ops.alerts where rule = 'up and down'), 1::bigint, 'all of that was one alert');
select is(pg_temp.at(11, 10), 'up and down', 'the next is another');
select is(pg_temp.at(12, 0), 'up and down', 'what holds for a moment');
select is(pg_temp.at(13, 10), 'up and down', 'and again for a moment, has not held');
select tests.violates($$ update ops.alert_rules set close_below = 11 where name = 'up and down' $$, 'a_rule_closes_no_higher_than_it_opens');

select * from finish();
rollback;
