-- @acceptance 004:327-332
begin;
select plan(28);

select tests.create_user('ana', 500);
select tests.enable_echo(4);
update private.lanes set estimates_progress = true where lane = 'echo';

create function pg_temp.run(p_key text, p_took interval) returns void language plpgsql as $$
begin
  perform tests.create_job('ana', p_key);
  perform tests.submit(p_key, p_key);
  perform tests.freeze(private.now() + p_took);
  perform tests.webhook(p_key, p_key, p_external_id => p_key);
  perform tests.freeze(private.now() + interval '1 hour'); -- copying takes as long as it likes
  perform tests.complete(p_key);
end
$$;
create function pg_temp.told(p_key text) returns text language sql as $$
  select format('%s %s', progress, progress_is_estimate) from tests.job(p_key)
$$;
create function pg_temp.after(p_time interval) returns integer language plpgsql as $$
begin
  perform tests.freeze(timestamptz '2030-01-02 00:00:00Z' + p_time);
  return private.estimate_progress();
end
$$;

select tests.freeze('2030-01-01 00:00:00Z');
select tests.create_job('ana', 'first of all'), tests.submit('first of all', 'first of all');
select tests.freeze('2030-01-01 00:10:00Z');
select is(private.estimate_progress(), 0, 'nothing is measured');
select is(pg_temp.told('first of all'), ' f', 'so nothing is estimated');
select is(
  (select (p50, samples)::text from private.tool_durations where tool = 'echo'), '(,0)', 'it is known that nothing is known');
select tests.complete('first of all');

select pg_temp.run('a', '2 minutes'), pg_temp.run('b', '10 minutes'), pg_temp.run('c', '99 minutes');
delete from private.tool_durations where true;
select tests.freeze('2030-01-02 00:00:00Z');
select tests.create_job('ana', 'one');
select is(pg_temp.after('0'), 0, 'a job that the provider has not taken yet');
select is(
  (select (p50, samples)::text from private.tool_durations where tool = 'echo'), '(00:10:00,4)',
  'the median of four, copying not counted where a webhook told the end');
select tests.submit('one');
select is(pg_temp.after('20 seconds'), 0, 'three points are not worth telling');
select is(pg_temp.told('one'), ' f', 'it has no progress yet');
select is(pg_temp.after('5 minutes'), 1, 'half of the time has passed');
select is(pg_temp.told('one'), '45 t', 'it is about half done, and said to be a guess');
select is(
  (select payload -> 'new' ->> 'progress_is_estimate' from realtime.messages
   where payload #>> '{new,id}' = (tests.job('one')).id::text order by (payload #>> '{new,version}')::integer desc limit 1),
  'true',
  'a broadcast says so too');
select is(pg_temp.after('5 minutes 20 seconds'), 0, 'it is not told again until that can be seen');
select is(pg_temp.told('one'), '45 t', 'and stays');
select is(pg_temp.after('5 minutes 40 seconds'), 1, 'five points later it can');
select is(pg_temp.told('one'), '51 t', 'so it is told');
select is(pg_temp.after('1 minute'), 0, 'it never falls');
select is(pg_temp.after('10 minutes'), 1, 'as long as half of them take');
select is(pg_temp.told('one'), '90 t', 'it is not over');
select is(pg_temp.after('2 hours'), 1, 'much later');
select is(pg_temp.told('one'), '95 t', 'it is not over either');
select is(pg_temp.after('10 hours'), 0, 'nor ever before its end');
select tests.webhook('one', 'event-1');
select tests.complete('one');
select is(pg_temp.told('one'), '100 f', 'which is no guess');

select tests.freeze('2030-01-02 00:00:00Z');
select tests.create_job('ana', 'two'), tests.create_job('ana', 'three');
select tests.submit('two'), tests.submit('three');
select pg_temp.after('2 minutes');
select worker.progress((tests.job('two')).id, (tests.attempt('two')).token, 33::smallint);
select is(pg_temp.told('two'), '33 f', 'what the provider says replaces a guess');
select pg_temp.after('9 minutes');
select is(pg_temp.told('two'), '33 f', 'and no guess replaces what it says');
select is(pg_temp.told('three'), '81 t', 'unlike that of another job');
select tests.fail('three', 'backoff');
select is(pg_temp.told('three'), ' f', 'a retry begins without any');
select tests.freeze(private.now() + interval '10 minutes');
select private.dispatch('echo');
select is(private.estimate_progress(), 0, 'until it is submitted');
select tests.submit('three', 'task-2');
select pg_temp.after('25 minutes');
select cmp_ok((tests.job('three')).progress, '<', 90::smallint, 'and counts from there');

update private.lanes set estimates_progress = false where lane = 'echo';
select is(pg_temp.after('3 hours'), 0, 'where the provider tells how far it is, nobody guesses');

select * from finish();
rollback;
