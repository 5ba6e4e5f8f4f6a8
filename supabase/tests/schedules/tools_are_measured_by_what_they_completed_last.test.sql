begin;
select plan(12);

select tests.create_user('ana', 1000);
select tests.enable_echo(1);
insert into public.tools (tool, lane, titles) values ('other', 'echo', '{"en": "Other"}');
update private.lanes set estimates_progress = false where lane <> 'echo';
update private.lanes set estimates_progress = true where lane = 'echo';
select tests.freeze('2030-01-01 00:00:00Z');

create function pg_temp.run(p_key text, p_took interval, p_end text default 'completed') returns void
language plpgsql as $$
begin
  perform tests.create_job('ana', p_key);
  perform tests.submit(p_key, p_key);
  perform tests.freeze(private.now() + p_took);
  if p_end = 'completed' then perform tests.complete(p_key); else perform tests.fail(p_key, 'never'); end if;
end
$$;
create function pg_temp.measured(p_after interval) returns text language plpgsql as $$
begin
  perform tests.freeze(private.now() + p_after);
  perform private.measure_durations();
  return (select format('%s of %s', p50, samples) from private.tool_durations where tool = 'echo');
end
$$;

select is(private.measure_durations(), 2, 'both tools of the lane are looked at');
select is(pg_temp.measured('0'), ' of 0', 'there is nothing yet');
select pg_temp.run('one', '10 seconds');
select is(pg_temp.measured('0'), ' of 0', 'it is not looked at again at once');
select is(pg_temp.measured('61 seconds'), '00:00:10 of 1', 'a minute later it is');
select pg_temp.run('failed', '40 seconds', 'failed');
select pg_temp.run('two', '20 seconds');
select is(pg_temp.measured('3 minutes'), '00:00:10 of 1', 'what is known is looked at every five minutes');
select is(pg_temp.measured('3 minutes'), '00:00:15 of 2', 'and only what was completed counts');
select is((select samples from private.tool_durations where tool = 'other'), 0, 'for its own tool');

select pg_temp.run('long ' || n, '1 minute') from generate_series(1, 99) n;
select is(pg_temp.measured('0'), '00:01:00 of 100', 'the last hundred count');
update public.job_attempts set finished_at = finished_at - interval '1 second'
where job_id in (select id from public.jobs where status = 'completed');
select is(pg_temp.measured('6 minutes'), '00:01:00 of 100', 'what is forgotten does not make it unknown');
update private.tool_durations set measured_at = private.now() + interval '1 year' where true;
select is(private.measure_durations(), 2, 'a clock that was set back keeps nobody from measuring');
update private.lanes set estimates_progress = false where lane = 'echo';
select is(private.measure_durations(), 0, 'nobody measures what nobody needs');
delete from public.jobs where true;
delete from public.tools where tool = 'other';
select is((select count(*) from private.tool_durations), 1::bigint, 'a tool''s measure goes with it');

select * from finish();
rollback;
