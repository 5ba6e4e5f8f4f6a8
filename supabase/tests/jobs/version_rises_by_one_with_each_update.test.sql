-- @acceptance 002:589
begin;
select plan(8);

select tests.create_user('ana');
select tests.enable_echo(0);
select tests.freeze('2026-01-01 00:00:00Z');
select tests.create_job('ana', 'one');
select is((tests.job('one')).version, 1, 'a new job is version 1');

select tests.freeze('2026-01-01 00:01:00Z');
update public.jobs set progress = 10 where idempotency_key = 'one';
select is((tests.job('one')).version, 2, 'a change is the next');
select is((tests.job('one')).updated_at, '2026-01-01 00:01:00Z', 'and says when it was');
update public.jobs set progress = progress where idempotency_key = 'one';
select is((tests.job('one')).version, 3, 'whatever it changes');
update public.jobs set version = 77, updated_at = '2000-01-01' where idempotency_key = 'one';
select is((tests.job('one')).version, 4, 'nobody numbers a version themselves');
update public.jobs set deadline_at = '2026-01-01 00:30:00Z', status = 'processing', current_step = 'starting', attempt = 1,
  started_at = private.now() where idempotency_key = 'one';
update public.jobs set deadline_at = '2026-01-01 00:40:00Z' where idempotency_key = 'one';
select is((tests.job('one')).version, 5, 'but a new deadline alone is no version');
select is((tests.job('one')).deadline_at, '2026-01-01 00:40:00Z', 'though it is written');
select is((tests.job('one')).updated_at, '2026-01-01 00:01:00Z', 'or its time');

select * from finish();
rollback;
