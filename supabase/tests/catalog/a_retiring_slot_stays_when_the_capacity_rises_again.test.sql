begin;
select plan(3);

select tests.create_user('ana');
select tests.enable_echo(2);
select tests.create_job('ana', 'one'), tests.create_job('ana', 'two');
select private.set_capacity(tests.account_id('echo'), 0);
select is((select count(*) from private.slots where lane = 'echo' and is_retiring), 2::bigint, 'both slots are to go');

select private.set_capacity(tests.account_id('echo'), 3);
select results_eq(
  $$ select count(*), count(job_id), count(*) filter (where is_retiring) from private.slots where lane = 'echo' $$,
  $$ values (3::bigint, 2::bigint, 0::bigint) $$,
  'they stay and are counted: three is three');

select tests.create_job('ana', 'three'), tests.create_job('ana', 'four');
select is(tests.running(), '{one,three,two}', 'no more jobs run than that');

select * from finish();
rollback;
