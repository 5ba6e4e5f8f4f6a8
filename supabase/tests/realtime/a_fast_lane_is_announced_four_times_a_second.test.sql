begin;
select plan(8);

select tests.enable_lane('echo', 1), tests.enable_lane('other', 1);
select is(private.announce_lane('echo'), true, 'a lane that moves is announced');
select is(private.announce_lane('other'), true, 'another lane is');
update private.throttles set passed_at = clock_timestamp() where name = 'announce:echo'; -- however slow this test was
select is(private.announce_lane('echo'), false, 'one that moves at once again is not');
select is(
  (select array_agg(topic order by topic) from realtime.messages where topic like 'lane:%'), '{lane:echo,lane:other}'::text[],
  'once each');
update private.throttles set passed_at = clock_timestamp() - interval '50 milliseconds' where name = 'announce:echo';
select is(private.announce_lane('echo'), false, 'not before a quarter of a second');
update private.throttles set passed_at = clock_timestamp() - interval '250 milliseconds' where name = 'announce:echo';
select is(private.announce_lane('echo'), true, 'after it, it is');
select is(private.announce_lane('echo'), false, 'and then has to wait again');
select is((select count(*) from realtime.messages where topic = 'lane:echo'), 2::bigint, 'twice in all');

select * from finish();
rollback;
