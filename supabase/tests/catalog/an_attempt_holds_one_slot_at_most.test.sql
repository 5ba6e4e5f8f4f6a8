begin;
select plan(5);

select tests.create_user('ana');
select tests.enable_echo(2);
select tests.create_job('ana', 'one');
select tests.violates(
  $$ update private.slots set job_id = gen_random_uuid() where lane = 'echo' and token is null $$,
  'a_held_slot_names_its_attempt');
select tests.violates(
  $$ update private.slots set token = gen_random_uuid() where lane = 'echo' and token is null $$,
  'a_held_slot_names_its_attempt');

select is(private.free_slot((tests.attempt('one')).slot_id, (tests.attempt('one')).token), true, 'free_slot says whether the attempt held one');
select is(private.free_slot((tests.attempt('one')).slot_id, (tests.attempt('one')).token), false, 'the second time it does not');

select tests.create_job('ana', 'two');
update private.slots set job_id = (tests.job('two')).id, token = (tests.attempt('two')).token
where lane = 'echo' and token is null;
select results_eq(
  $$ select job_id, problem from ops.credit_drift() $$,
  $$ values ((tests.job('two')).id, 'an attempt holds two slots') $$, 'a second slot of an attempt is found out');

select * from finish();
rollback;
