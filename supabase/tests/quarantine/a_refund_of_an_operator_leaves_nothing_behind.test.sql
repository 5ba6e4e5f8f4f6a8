begin;
select plan(18);

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

-- Of a job that is gone, the task knows its lane.
select tests.create_job('ana', 'four'), tests.submit('four');
create temporary table gone as select id from tests.job('four');
delete from auth.users where id = tests.user_id('ana');
select private.set_aside('esteira-outbox', id, 'P0001', 'for a test') from gone;
select is((select q.lane from private.quarantine q join gone on id = q.job_id), 'echo', 'what is set aside of a job that is gone is of its lane');

-- What failed as a whole, how often and since when
create function pg_temp.fault(p_at timestamptz) returns text language plpgsql as $$
begin
  perform tests.freeze(p_at), private.note_fault('a part', 'echo', 'P0001', 'no');
  return (select times || ' since ' || to_char(since at time zone 'UTC', 'HH24:MI') from private.faults where part = 'a part');
end
$$;
select is(pg_temp.fault('2030-01-02 00:00Z'), '1 since 00:00', 'a fault is told');
select is(pg_temp.fault('2030-01-02 00:10Z'), '2 since 00:00', 'once more within ten minutes it is the same');
select is(pg_temp.fault('2030-01-02 00:21Z'), '1 since 00:21', 'and later another');
select tests.freeze('2030-02-02 00:00Z'), private.forget_quarantined();
select is_empty($$ select * from private.faults where part = 'a part' $$, 'a month later nobody knows of it');

select * from finish();
rollback;
