begin;
select plan(4);

select tests.create_user('ana');
select private.create_lane('outside', 'outside', 'pull');

select tests.as_user('ana');
select throws_ok('select lane from private.lanes', '42501', null, 'a user reads no lanes');
select lives_ok('select * from public.ai_jobs', 'though ai_jobs shows the jobs of some');
select throws_ok('select private.jobs_ahead(''echo'', 0::smallint, 1, gen_random_uuid())', '42501', null, 'nor counts jobs by hand');
select tests.reset();
select ok(
  (select bool_and(prosecdef) from pg_proc where proname in ('place_in_lane', 'lanes_worked_outside')),
  'two functions look in their stead');

select * from finish();
rollback;
