begin;
select plan(7);

select tests.create_user('ana');
select tests.enable_echo(0);
alter table public.jobs disable trigger jobs_broadcast_trigger; -- a thousand broadcasts prove nothing here
insert into public.jobs (user_id, tool, lane, ticket, priority, current_step, run_at, idempotency_key)
values (tests.user_id('ana'), 'echo', 'echo', 5, 0, 'queued', null, 'five'),
  (tests.user_id('ana'), 'echo', 'echo', 6, 0, 'queued', null, 'six'),
  (tests.user_id('ana'), 'echo', 'echo', 9, 7, 'queued', null, 'urgent'),
  (tests.user_id('ana'), 'echo', 'echo', 1, -7, 'queued', null, 'idle'),
  (tests.user_id('ana'), 'echo', 'echo', 1, 0, 'queued', now() + interval '1 hour', 'not yet');

create function pg_temp.ahead(p_key text) returns integer language sql as $$
  select private.jobs_ahead('echo', priority, ticket, id) from tests.job(p_key)
$$;
select is(pg_temp.ahead('urgent'), 0, 'who is urgent comes first');
select is(pg_temp.ahead('five'), 1, 'the lower ticket goes before the higher; who waits for a time does not count');
select is(pg_temp.ahead('six'), 2, 'and so on');
select is(pg_temp.ahead('idle'), 3, 'less urgent jobs come last, whatever their ticket');
select is(private.jobs_ahead('runninghub', 0::smallint, 100, gen_random_uuid()), 0, 'other lanes do not count');

insert into public.jobs (id, user_id, tool, lane, ticket, current_step)
select ('00000000-0000-0000-0000-' || lpad(n::text, 12, '0'))::uuid, tests.user_id('ana'), 'echo', 'echo', 7, 'queued'
from generate_series(1, 1200) n;
select is(
  private.jobs_ahead('echo', 0::smallint, 7, '00000000-0000-0000-0000-000000000003'), 5,
  'of the same ticket, the lower id goes first');
select is(
  private.jobs_ahead('echo', 0::smallint, 8, gen_random_uuid()), 1000,
  'it counts to a thousand and no further');

select * from finish();
rollback;
