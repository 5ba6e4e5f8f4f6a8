begin;
select plan(12);

select tests.create_user('ana', 10);
select tests.enable_upscaler(2);
select tests.create_job('ana', 'failed', 'upscaler', 3), tests.create_job('ana', 'cancelled', 'upscaler');
select tests.fail('failed', 'never'), tests.cancel('cancelled');
update public.jobs set metadata = '{"project": "p"}' where idempotency_key = 'failed';
create temporary table before as select * from public.jobs;
select is(tests.balance('ana'), 10, 'after the refunds');

create temporary table again as select * from public.retry_job((tests.job('failed')).id);
select isnt((select id from again), (tests.job('failed')).id, 'it is another job');
select is((select retried_from from again), (tests.job('failed')).id, 'that knows which one it does again');
select results_eq(
  'select user_id, tool, lane, input, priority, metadata from again',
  $$ select user_id, tool, lane, input, priority, metadata from tests.job('failed') $$, 'it asks for the same');
select is((select status from again), 'processing', 'it starts where a slot is free');
select is((select array[attempt, retry_count] from again), '{1,0}', 'with all its attempts before it');
select is(tests.balance('ana'), 9, 'it is charged anew');
select bag_eq(
  'select * from public.jobs where idempotency_key in (''failed'', ''cancelled'')', 'select * from before',
  'the old one does not change');

select is((public.retry_job((tests.job('failed')).id)).id, (select id from again), 'retrying it twice gives the same job');
select is(tests.balance('ana'), 9, 'and charges nothing more');
select is((public.retry_job((tests.job('cancelled')).id)).retried_from, (tests.job('cancelled')).id, 'a cancelled job can be retried too');
select is_empty('select * from ops.credit_drift()', 'the ledger is right');

select * from finish();
rollback;
