begin;
select plan(5);

select tests.create_user('ana');
select tests.enable_echo(2);
select tests.create_job('ana', 'one');
select tests.violates(
  $$ update private.slots set job_id = (tests.job('one')).id, token = (tests.attempt('one')).token where lane = 'echo' and token is null $$,
  'an_attempt_has_one_slot');
select tests.violates(
  $$ update private.slots set job_id = gen_random_uuid() where lane = 'echo' and token is null $$,
  'a_held_slot_names_its_attempt');
select tests.violates(
  $$ update private.slots set token = gen_random_uuid() where lane = 'echo' and token is null $$,
  'a_held_slot_names_its_attempt');

select is(private.free_slot((tests.attempt('one')).token), true, 'free_slot says whether the attempt held one');
select is(private.free_slot((tests.attempt('one')).token), false, 'the second time it does not');

select * from finish();
rollback;
