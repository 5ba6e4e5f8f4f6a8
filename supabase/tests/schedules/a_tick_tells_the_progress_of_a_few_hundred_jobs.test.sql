begin;
select plan(4);

select tests.create_user('ana', 1000);
select tests.enable_echo(350);
update private.lanes set estimates_progress = true, max_active_per_user = null where lane = 'echo';
insert into private.tool_durations values ('echo', '10 minutes', 1, 'infinity');
update private.tool_durations set measured_at = '2030-01-01 00:10:00Z' where true;
select tests.freeze('2030-01-01 00:00:00Z');
select tests.create_job('ana', n::text) from generate_series(1, 350) n;
select private.tick(), private.tick(), private.tick(), private.tick();
select tests.submit(n::text, n::text) from generate_series(1, 350) n;
create function pg_temp.told() returns bigint language sql as $$
  select count(*) from public.jobs where progress_is_estimate and progress = 45
$$;

select tests.freeze('2030-01-01 00:04:59Z');
update public.jobs set progress = 44, progress_is_estimate = true where idempotency_key = '1';
select tests.freeze('2030-01-01 00:05:00Z');
update private.tool_durations set measured_at = private.now() where true;
select private.tick();
select is(pg_temp.told(), 300::bigint, 'of 350 that could be told, 300 are');
select private.tick();
select is(pg_temp.told(), 349::bigint, 'the rest by the next');
select private.tick();
select is(pg_temp.told(), 349::bigint, 'and nothing twice');
select is((tests.job('1')).progress, 44::smallint, 'nor what nobody would see');

select * from finish();
rollback;
