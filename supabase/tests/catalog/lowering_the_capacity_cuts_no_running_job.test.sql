begin;
select plan(7);

select tests.create_user('ana');
select tests.enable_echo(3);
select tests.create_job('ana', 'one'), tests.create_job('ana', 'two');

select private.set_capacity(tests.account_id('echo'), 2);
select results_eq(
  $$ select count(*), count(job_id), count(*) filter (where is_retiring) from private.slots where lane = 'echo' $$,
  $$ values (2::bigint, 2::bigint, 0::bigint) $$,
  'the free slot goes first');

select private.set_capacity(tests.account_id('echo'), 1);
select results_eq(
  $$ select count(*), count(job_id), count(*) filter (where is_retiring) from private.slots where lane = 'echo' $$,
  $$ values (2::bigint, 2::bigint, 1::bigint) $$,
  'a busy one is retired, and keeps its job');
select is(tests.running(), '{one,two}', 'both jobs run on');

-- The slot with the lower id stays, so it is the second job that holds the retiring one.
select tests.create_job('ana', 'three');
select tests.complete('two');
select is(
  (select count(*) from private.slots where lane = 'echo'), 1::bigint,
  'a retiring slot goes when its job lets go of it');
select is(tests.running(), '{one}', 'and is given to nobody else');

select tests.complete('one');
select is(tests.running(), '{three}', 'the slot that stays is');
select is((select count(*) from private.slots where lane = 'echo'), 1::bigint, 'the capacity is the new one');

select * from finish();
rollback;
