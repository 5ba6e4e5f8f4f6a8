-- A position is counted when it is asked for. What asks for everybody's at once is refused, or costs little.
begin;
select plan(17);

select tests.create_user('ana'), tests.create_user('bo');
select tests.enable_tool('upscaler', 'runninghub', 0), tests.enable_tool('veste_ai', 'kie', 0);
alter table public.jobs disable trigger jobs_broadcast_trigger; -- thousands of broadcasts prove nothing here
-- Three priorities, two users, ties of tickets, two lanes, and some who do not wait.
insert into public.jobs (user_id, tool, lane, priority, ticket, current_step)
select tests.user_id((array['ana', 'bo'])[1 + n % 2]), 'upscaler', 'runninghub', n % 3 - 1, n % 700, 'queued' from generate_series(1, 3000) n;
insert into public.jobs (user_id, tool, lane, ticket, current_step)
select tests.user_id('ana'), 'veste_ai', 'kie', n, 'queued' from generate_series(1, 120) n;
insert into public.jobs (user_id, tool, lane, ticket, current_step, run_at)
select tests.user_id('ana'), 'upscaler', 'runninghub', 1, 'queued', '2100-01-01' from generate_series(1, 10) n;
analyze public.jobs;

select tests.as_user('ana');
select throws_ok('select id from public.upscaler_jobs order by position', '42883', null, 'order=position is refused');
select throws_ok('select id from public.upscaler_jobs order by position desc nulls last', '42883', null, 'whichever way');
select throws_ok('select id from public.upscaler_jobs where position = ''1''', '42883', null, 'so is position=eq.1');
select throws_ok('select id from public.upscaler_jobs where position > ''1''', '42883', null, 'position=gt.1');
select throws_ok('select id from public.upscaler_jobs where position in (''1'')', '42883', null, 'position=in.(1)');
select throws_ok('select id from public.upscaler_jobs order by position -> ''a''', '42883', null, 'order=position->a');
select throws_ok('select distinct position from public.upscaler_jobs', '42883', null, 'or to want each but once');
create function pg_temp.buffers(p_sql text) returns bigint language plpgsql as $$
declare
  v_plan json;
begin
  execute 'explain (analyze, buffers, timing off, format json) ' || p_sql into v_plan;
  return (v_plan #>> '{0,Plan,Shared Hit Blocks}')::bigint + (v_plan #>> '{0,Plan,Shared Read Blocks}')::bigint;
end
$$;
select is(
  (select count(*) from public.upscaler_jobs where position is not null), 1500::bigint, 'what cannot be refused says what is so');
select cmp_ok(pg_temp.buffers($$ select id from public.upscaler_jobs where position is null limit 10 $$), '<', 350000::bigint, 'position=is.null');
select cmp_ok(pg_temp.buffers($$ select id from public.upscaler_jobs order by position ->> 'a' limit 10 $$), '<', 350000::bigint, 'order=position->>a');
select cmp_ok(pg_temp.buffers($$ select position from public.upscaler_jobs $$), '<', 350000::bigint, 'a list of all');
select cmp_ok(
  pg_temp.buffers($$ select id, status from public.upscaler_jobs order by created_at desc limit 10 $$), '<', 5000::bigint,
  'and where nobody asks for it nobody counts');

select tests.reset();
create temporary table places as
  select id, lane, position::text::integer as position from (
    select j.id, j.lane, private.place_in_lane(j.lane, j.priority, j.ticket, j.id) as position from public.jobs j where run_at is null) p;
select is_empty(
  $$ select * from places join (select id, least(1001, row_number() over (partition by lane order by priority desc, ticket, id)) as nth
       from public.jobs where status = 'pending' and run_at is null) n using (id) where position <> nth $$,
  'it is the place in the lane''s order');
select is((select count(distinct position) from places where lane = 'runninghub'), 1001::bigint, 'a thousand places, and beyond');
select is((select count(distinct position) from places where lane = 'kie'), 120::bigint, 'each in its own lane');
select is(private.lane_marks('nowhere'), '[]', 'nobody waits');
select is(private.place_by_marks('[]', 'nowhere', 0::smallint, 1, gen_random_uuid()), 1, 'who comes is first');

select * from finish();
rollback;
