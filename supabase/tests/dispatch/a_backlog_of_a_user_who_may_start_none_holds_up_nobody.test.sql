begin;
select plan(2);

select tests.create_user('ana'), tests.create_user('bo');
select tests.enable_echo(2);
update private.lanes set max_active_per_user = 1 where lane = 'echo';
select tests.create_job('ana', 'running');
alter table public.jobs disable trigger jobs_broadcast_trigger; -- a thousand broadcasts prove nothing here
insert into public.jobs (user_id, tool, lane, ticket, current_step)
select tests.user_id('ana'), 'echo', 'echo', n + 1, 'queued' from generate_series(1, 1000) n;
-- Others have been served meanwhile, faster than the one job of ana: the clock has passed all of her tickets.
update private.clocks set virtual_time = 5000 where lane = 'echo';

select tests.create_job('bo', 'one');
select is((tests.job('one')).ticket, 5001::bigint, 'a newcomer stands behind a thousand jobs that may not start');
select is((tests.job('one')).status, 'processing', 'and takes the free slot');

select * from finish();
rollback;
