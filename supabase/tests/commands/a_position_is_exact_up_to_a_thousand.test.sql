begin;
select plan(7);

select tests.create_user('ana');
select tests.enable_echo(0);
alter table public.jobs disable trigger jobs_broadcast_trigger; -- a thousand broadcasts prove nothing here
insert into public.jobs (user_id, tool, lane, ticket, current_step, idempotency_key)
select tests.user_id('ana'), 'echo', 'echo', n, 'queued', 'job ' || n from generate_series(1, 1002) n;
create function pg_temp.position(p_number integer) returns jsonb language sql as $$
  select public.queue_position((tests.job('job ' || p_number)).id) - 'waiting' - 'running' - 'slots'
$$;

select is(pg_temp.position(1), '{"position": 1, "exact": true, "ticket": 1}', 'the next job is the first');
select is(pg_temp.position(2), '{"position": 2, "exact": true, "ticket": 2}', 'then the second');
select is(pg_temp.position(500), '{"position": 500, "exact": true, "ticket": 500}', 'in the middle');
select is(pg_temp.position(1000), '{"position": 1000, "exact": true, "ticket": 1000}', 'and up to the thousandth');
select is(pg_temp.position(1001), '{"position": 1001, "exact": false, "ticket": 1001}', 'from there on it says that it did not count');
select is(pg_temp.position(1002), '{"position": 1001, "exact": false, "ticket": 1002}', 'as all further ones');
select is(public.queue_position((tests.job('job 1')).id) ->> 'waiting', '1000', 'who waits is counted to a thousand as well');

select * from finish();
rollback;
