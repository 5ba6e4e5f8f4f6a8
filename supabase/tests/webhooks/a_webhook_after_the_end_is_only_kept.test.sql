begin;
select plan(9);

select tests.create_user('ana');
select tests.enable_echo(3);
select tests.create_job('ana', 'completed'), tests.create_job('ana', 'failed'), tests.create_job('ana', 'cancelled');
select tests.complete('completed'), tests.fail('failed', 'never');
select tests.cancel('cancelled');
create temporary table before as select * from public.jobs;

select is(tests.webhook(key, 'event-' || key), '{"verdict": "late"}', key) from unnest(array['completed', 'failed', 'cancelled']) key;
select bag_eq('select * from public.jobs', 'select * from before', 'no job changes');
select is((select count(*) from private.webhook_events where verdict = 'late'), 3::bigint, 'what came is stored');
select is((tests.attempt('failed')).raw_webhook_payload, '{"event": "TASK_END"}', 'also on the attempt');
select is((tests.attempt('failed')).phase, 'finished', 'which stays finished');
select is((tests.attempt('cancelled')).outcome, 'cancelled', 'or cancelled');
select is_empty(
  $$ select * from tests.messages('settle_queue') $$,
  'nothing is to be settled');

select * from finish();
rollback;
