begin;
select plan(4);

select tests.create_user('ana');
select tests.enable_echo(1);
select tests.freeze('2030-01-01 00:00:00Z');
update private.lanes set poll_after = '1 minute', poll_every = '1 minute' where lane = 'echo';
select tests.create_job('ana', 'large');
select tests.submit('large');
delete from pgmq.q_settle_queue where true; -- its question is lost
create function pg_temp.asked() returns jsonb language sql as $$ select worker.reap() -> 'asked' $$;
create function pg_temp.copying_until(p_time timestamptz) returns void language sql as $$
  select worker.defer('settle_queue', 1, '1 minute', (tests.job('large')).id, (tests.attempt('large')).token,
    jsonb_build_object('copying_until', p_time))
$$;

select pg_temp.copying_until('2030-01-01 00:05:00Z');
select tests.freeze('2030-01-01 00:04:59Z');
select is(pg_temp.asked(), '0', 'a second worker would copy it again beside the first');
select pg_temp.copying_until('2030-01-01 00:06:00Z');
select tests.freeze('2030-01-01 00:05:59Z');
select is(pg_temp.asked(), '0', 'nor while that goes on');
select tests.freeze('2030-01-01 00:06:00.001Z');
select is(pg_temp.asked(), '1', 'but when nothing more is heard of the worker');
delete from pgmq.q_settle_queue where true;
select pg_temp.copying_until('2030-01-01 09:00:00Z');
select tests.freeze('2030-01-01 00:08:00Z');
select is(pg_temp.asked(), '1', 'and nobody copies for hours: the clock was set back');

select * from finish();
rollback;
