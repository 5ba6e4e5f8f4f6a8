begin;
select plan(18);

select tests.create_user('ana');
select tests.enable_echo(1);
select tests.create_job('ana', 'one');

select tests.violates(
  $$ update public.job_attempts set outcome = 'vanished', phase = 'finished', finished_at = private.now() where true $$,
  'outcomes_are_known');
select tests.violates($$ update public.job_attempts set phase = 'finished' where true $$, 'finished_attempts_have_an_outcome');
select tests.violates(
  $$ update public.job_attempts set outcome = 'failed', finished_at = private.now() where true $$,
  'finished_attempts_have_an_outcome');
select tests.violates(
  $$ update public.job_attempts set outcome = 'failed', phase = 'finished' where true $$,
  'finished_attempts_have_finished_at');
select tests.violates(
  $$ update public.job_attempts set finished_at = private.now() where true $$,
  'finished_attempts_have_finished_at');
select tests.violates(
  $$ insert into public.job_attempts (job_id, attempt, user_id) select job_id, attempt, user_id from public.job_attempts $$, 'job_attempts_pkey');
select tests.violates(
  $$ insert into public.job_attempts (job_id, attempt, user_id) values (gen_random_uuid(), 1, tests.user_id('ana')) $$, 'job_attempts_job_id_fkey');
select tests.violates($$ update public.job_attempts set leased_until = private.now() where true $$, 'leases_have_a_worker');
select tests.violates($$ update public.job_attempts set worker = 'w1' where true $$, 'leases_have_a_worker');

select tests.violates($$ update public.job_attempts set word = 'perhaps', word_at = private.now() where true $$, 'words_are_known');
select tests.violates($$ update public.job_attempts set word = 'failed' where true $$, 'words_are_known');
select tests.violates($$ update public.job_attempts set resubmit = 'often' where true $$, 'resubmits_are_known');
select tests.violates($$ update public.job_attempts set submits = 1 where true $$, 'submits_pass_a_checkpoint');
select tests.violates($$ update public.job_attempts set nones = -1 where true $$, 'submits_pass_a_checkpoint');
select tests.violates($$ update public.job_attempts set phase = 'produced' where true $$, 'produced_attempts_have_outputs');
select tests.violates($$ update public.job_attempts set cost = 1 where true $$, 'costs_have_a_currency');

select lives_ok(
  $$ update public.job_attempts set outcome = 'succeeded', phase = 'finished', finished_at = private.now() where true $$,
  'a possible attempt is not');
select set_eq(
  $$ select conname::text from pg_constraint where conrelid = 'public.job_attempts'::regclass and contype in ('c', 'u') $$,
  array['outcomes_are_known', 'finished_attempts_have_an_outcome', 'finished_attempts_have_finished_at',
    'leases_have_a_worker', 'words_are_known', 'resubmits_are_known', 'submits_pass_a_checkpoint', 'produced_attempts_have_outputs',
    'costs_have_a_currency'],
  'these are all');

select * from finish();
rollback;
