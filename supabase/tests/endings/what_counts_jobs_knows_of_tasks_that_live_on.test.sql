begin;
select plan(14);

select tests.create_user('ana', 20), tests.create_user('bo', 20);
select tests.enable_echo(5);
update private.lanes set max_active_per_user = 2 where lane = 'echo';
select tests.freeze('2030-01-01 00:00:00Z');
select tests.create_job('ana', 'one'), tests.create_job('ana', 'two'), tests.create_job('ana', 'three');
select is(tests.running(), '{one,two}', 'a user may have two going');
select tests.submit('one', 't-1'), tests.pass('two'), tests.cancel('one');
select is(tests.running(), '{two}', 'a job that was cancelled, and whose task may live, is one of them');
select tests.later('36 minutes'), worker.reap();
select is(tests.running(), '{}', 'so is one that was given up');
select tests.create_job('bo', 'four');
select is(tests.running(), '{four}', 'that is nobody else''s affair');
select is((private.active_jobs('echo', tests.user_id('ana'))), 2::bigint, 'two are counted');

create temporary table ids on commit drop as select idempotency_key as key, id from public.jobs;
grant select on ids to public;
select tests.as_user('ana');
select is(public.queue_position((select id from ids where key = 'three')) - 'ticket',
  '{"position": 1, "exact": true, "waiting": 1, "running": 3, "slots": 5}', 'the queue shows their slots as taken');
select tests.reset();
select is((select count from ops.counts() where name = 'tasks winding down'), 2::bigint, 'so do the counts');
select is((select count from ops.counts() where name = 'refunds due'), 1::bigint, 'which know of refunds that are due');
select is(private.free_abandoned_slots(), 0, 'their slots are not abandoned');

select tests.over('one', 'stopped');
select is(tests.running(), '{four,three}', 'with a task''s end the next may start');
select is((select count from ops.counts() where name = 'tasks ended stopped'), 1::bigint, 'the counts know how it ended');
select is(private.active_jobs('echo', tests.user_id('ana')), 2::bigint, 'it is counted no more');

-- A slot of nobody
delete from private.cancels where token = (tests.attempt('two')).token;
select is(private.free_abandoned_slots(), 1, 'a slot that is held for nothing at all is freed');
select is((select array_agg(problem) from ops.credit_drift()),
  '{"an attempt has ended while its task may be alive, and nobody looks after it"}', 'and the proof tells whose it was');

select * from finish();
rollback;
