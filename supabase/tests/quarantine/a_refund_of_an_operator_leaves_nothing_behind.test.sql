begin;
select plan(13);

select tests.freeze('2030-01-01 00:00:00Z');
select tests.create_user('ana', 100);
select tests.enable_echo(1);
select tests.create_job('ana', 'one'), tests.create_job('ana', 'two');
create function pg_temp.aside(p_key text, p_part text default 'esteira-overdue') returns void language sql as $$
  select private.set_aside(p_part, (tests.job(p_key)).id, 'P0001', repeat('x', 3000))
$$;

-- What waits for its slot
select tests.refuses($$ select ops.refund((tests.job('one')).id) $$, 404, 'not_found', 'job_id', 'only what is set aside is refunded');
select pg_temp.aside('one'), pg_temp.aside('one'), ops.refund((tests.job('one')).id, 'We are sorry.');
select is(array[tests.ending('one'), (tests.job('one')).error_message], '{"failed, internal_error, refund paid, charge, refund, slot free, no row",We are sorry.}',
  'what had no task is ended at once');
select is(tests.running(), '{two}', 'and its slot is the next one''s');

-- What waits
select tests.create_job('ana', 'three');
select pg_temp.aside('three');
select private.forget_quarantined();
select is((select count(*) from private.quarantine), 1::bigint, 'a job that waits stays set aside');
select is((select length(error) from private.quarantine), 2000, 'of what went wrong enough is kept');
select tests.complete('two');
select is((tests.job('three')).status, 'pending', 'and is not dispatched');
select is(ops.release((tests.job('three')).id, 'dispatch'), 0, 'a release of another part');
select is((tests.job('three')).status, 'pending', 'lets nothing go');
select is(ops.release((tests.job('three')).id, 'esteira-overdue'), 1, 'that of its own');
select is((tests.job('three')).status, 'processing', 'does, and it starts');

-- What has ended, but for its task
select tests.submit('three'), tests.cancel('three'), pg_temp.aside('three', 'esteira-outbox');
select private.forget_quarantined();
select is((select lane from private.quarantine), 'echo', 'a job that has ended stays set aside while its task may live');
select ops.refund((tests.job('three')).id);
select is(
  (select how || ' ' || (select refund from public.jobs where id = job_id) from private.cancels where job_id = (tests.job('three')).id), 'unknown paid',
  'the task is given up, nobody knows how it ended');
select is(tests.is_counted('three'), false, 'and the refund is not counted as its user''s');

select * from finish();
rollback;
