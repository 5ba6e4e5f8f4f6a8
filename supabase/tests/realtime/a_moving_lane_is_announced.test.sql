begin;
select plan(6);

select tests.create_user('ana');
select tests.enable_echo(2);
create function pg_temp.announcements() returns setof jsonb language sql as $$
  select payload - 'id' from realtime.messages where topic = 'lane:echo' and event = 'lane_moved'
$$;
select tests.create_job('ana', 'one', p_run_at => now() + interval '1 hour');
select is_empty('select pg_temp.announcements()', 'a job that only waits moves no lane');
select tests.create_job('ana', 'two', p_priority => 3);
select is((select count(*) from pg_temp.announcements()), 1::bigint, 'one that starts does');
select results_eq(
  $$ select a - 'at' from pg_temp.announcements() a $$, $$ values ('{"lane": "echo", "clocks": {"3": 1}, "running": 1}'::jsonb) $$,
  'with the ticket last served of each priority, and how many run');
select is(
  (select (a ->> 'at')::timestamptz between now() and clock_timestamp() from pg_temp.announcements() a), true, 'and when that was');
select is((select bool_and(private) from realtime.messages where topic = 'lane:echo'), true, 'to those who are signed in');
select is_empty(
  $$ select a from pg_temp.announcements() a where a::text like '%' || tests.user_id('ana') || '%' $$, 'it names nobody');

select * from finish();
rollback;
