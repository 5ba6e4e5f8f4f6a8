begin;
select plan(4);

select tests.create_user('ana');
select tests.enable_echo(2);
select tests.freeze('2030-01-01 00:00:00Z');
select worker.reap();
select is_empty('select * from private.repairs', 'a run that found nothing leaves no row');
select tests.create_job('ana', 'silent'), tests.create_job('ana', 'overdue');
select tests.submit('silent'), tests.submit('overdue');
update public.jobs set deadline_at = '2029-12-31' where idempotency_key = 'overdue';
delete from pgmq.q_settle_queue where true;
select tests.freeze('2030-01-01 00:10:00Z');
select worker.reap();
select set_eq(
  'select schedule, repair, count, repaired_at from private.repairs',
  $$ values ('esteira-reap', 'asked', 2::bigint, '2030-01-01 00:10:00Z'::timestamptz), ('esteira-reap', 'given_up', 1, '2030-01-01 00:10:00Z') $$,
  'one that did something leaves a row for each thing');
select tests.freeze('2030-01-20 00:00:00Z');
select private.clean_up();
select isnt_empty('select * from private.repairs', 'they are kept for a while');
select tests.freeze('2030-02-10 00:00:00Z');
select private.clean_up();
select is_empty('select * from private.repairs', 'and then forgotten');

select * from finish();
rollback;
