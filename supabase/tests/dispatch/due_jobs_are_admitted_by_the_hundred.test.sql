begin;
select plan(4);

select tests.create_user('ana');
select tests.enable_echo(0);
insert into public.jobs (user_id, tool, lane, ticket, current_step, run_at, idempotency_key)
select tests.user_id('ana'), 'echo', 'echo', n, 'queued', timestamptz '2026-01-01 00:00:00Z' + n * interval '1 second', 'job-' || n
from generate_series(1, 102) n;
select tests.freeze('2026-01-01 00:01:41Z');

select is(private.admit_due('echo'), 100, 'a hundred at a time, so that no transaction grows without bound');
select bag_eq(
  $$ select idempotency_key from public.jobs where run_at is not null $$, array['job-101', 'job-102'],
  'those that were due first');
select is(private.admit_due('echo'), 1, 'then the rest');
select is(private.admit_due('echo'), 0, 'and no others');

select * from finish();
rollback;
