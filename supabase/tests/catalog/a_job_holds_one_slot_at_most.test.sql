begin;
select plan(4);

select tests.create_user('ana');
select tests.enable_echo(2);
select tests.create_job('ana', 'one');
select tests.violates(
  $$ update private.slots set job_id = (tests.job('one')).id where lane = 'echo' and job_id is null $$,
  'a_job_has_one_slot');
select tests.violates(
  $$ update private.slots set job_id = gen_random_uuid() where lane = 'echo' and job_id is null $$,
  'slots_are_held_by_jobs');

select is(private.free_slot((tests.job('one')).id), true, 'free_slot says whether the job held one');
select is(private.free_slot((tests.job('one')).id), false, 'the second time it does not');

select * from finish();
rollback;
