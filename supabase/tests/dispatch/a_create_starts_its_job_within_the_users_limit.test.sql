-- The fast path of create: the statement that writes a job starts it, as long as its user may have another going.
begin;
select plan(8);

select tests.create_user('ana'), tests.create_user('bo');
select tests.enable_echo(6);
update private.lanes set max_active_per_user = 3 where lane = 'echo';

select tests.create_job('ana', 'a' || n) from generate_series(1, 2) n;
select results_eq(
  $$ select idempotency_key, version from public.jobs where status = 'processing' order by 1 $$, $$ values ('a1', 1), ('a2', 1) $$,
  'one less than may run: written once, as started');
select tests.create_job('ana', 'a3');
select is((tests.job('a3')).version, 1, 'so is the last that may');
select tests.create_job('ana', 'a4');
select is((tests.job('a4')).status, 'pending', 'one more waits, though slots are free');
select tests.create_job('bo', 'b1');
select is((tests.job('b1')).status, 'processing', 'it keeps nobody else waiting');

-- A task that may live counts, though its job has ended.
select tests.complete('a1'), tests.doubt('a2'), tests.cancel('a2');
select is(tests.running(), '{a3,a4,b1}', 'a job that completes makes room, one whose task may live does not');
select tests.complete('a4');
select tests.create_job('ana', 'a5');
select is((tests.job('a5')).version, 1, 'room for one more, and nobody waits');
select tests.create_job('ana', 'a6');
select is((tests.job('a6')).status, 'pending', 'and for no other');
select is(private.active_jobs('echo', tests.user_id('ana')), 3::bigint, 'it is as many as may be');

select * from finish();
rollback;
