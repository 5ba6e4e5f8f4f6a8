begin;
select plan(29);

select tests.create_user('ana');
select tests.enable_echo(1);
select tests.create_job('ana', 'one'), tests.create_job('ana', 'two');

create function pg_temp.change(p_key text, p_change text) returns text language sql as $$
  select format('update public.jobs set %s where idempotency_key = %L', p_change, p_key)
$$;

-- "one" is processing, "two" is pending.
select tests.violates(pg_temp.change('two', 'idempotency_key = ''one'''), 'idempotency_keys_are_unique_per_user');
select tests.violates(pg_temp.change('two', 'current_step = ''running'''), 'status_and_step_agree');
select tests.violates(pg_temp.change('one', 'current_step = ''queued'''), 'status_and_step_agree');
select tests.violates(
  pg_temp.change('one', 'status = ''completed'', completed_at = private.now()'),
  'status_and_step_agree');
select tests.violates(
  pg_temp.change('one', 'status = ''cancelled'', current_step = ''failed'', completed_at = private.now()'),
  'status_and_step_agree');
select tests.violates(
  pg_temp.change('one', 'status = ''completed'', current_step = ''completed'''),
  'terminal_jobs_have_completed_at');
select tests.violates(
  pg_temp.change('one', 'status = ''cancelled'', current_step = ''cancelled'''),
  'terminal_jobs_have_completed_at');
select tests.violates(pg_temp.change('one', 'completed_at = private.now()'), 'terminal_jobs_have_completed_at');
select tests.violates(
  pg_temp.change('one', 'status = ''failed'', current_step = ''failed'', completed_at = private.now(), error_message = ''x'''),
  'failed_jobs_name_the_step');
select tests.violates(pg_temp.change('one', 'failed_at_step = ''starting'''), 'failed_jobs_name_the_step');
select tests.violates(
  pg_temp.change('one', 'status = ''failed'', current_step = ''failed'', completed_at = private.now(), failed_at_step = ''starting'''),
  'failed_jobs_name_the_error');
select tests.violates(pg_temp.change('one', 'attempt = 0'), 'processing_jobs_have_an_attempt');
select tests.violates(pg_temp.change('one', 'started_at = null'), 'processing_jobs_have_an_attempt');
select tests.violates(pg_temp.change('one', 'refund = ''paid'''), 'refunds_are_for_what_ended_without_a_result');
select tests.violates(pg_temp.change('one', 'waits = -1'), 'counters_are_not_negative');
select tests.violates(pg_temp.change('one', 'run_at = private.now()'), 'only_pending_jobs_wait_for_a_time');
select tests.violates(
  $$ insert into public.jobs (user_id, tool, lane, ticket, status, current_step, completed_at)
     values (tests.user_id('ana'), 'echo', 'echo', 1, 'completed', 'completed', now() - interval '1 second') $$,
  'completed_at_is_after_created_at');
select tests.violates(
  $$ insert into public.jobs (user_id, tool, lane, ticket, current_step, deadline_at)
     values (tests.user_id('ana'), 'echo', 'echo', 1, 'queued', now()) $$,
  'only_processing_jobs_have_a_deadline');
select tests.violates(pg_temp.change('one', 'retry_count = max_attempts + 1'), 'retries_stay_below_max_attempts');
select tests.violates(pg_temp.change('one', 'retry_count = -1'), 'retries_stay_below_max_attempts');
select tests.violates(pg_temp.change('one', 'effect = ''magic'''), 'effects_are_known');
select tests.violates(pg_temp.change('one', 'progress = 101'), 'progress_is_a_percentage');
select tests.violates(pg_temp.change('one', 'progress = -1'), 'progress_is_a_percentage');
select tests.violates(
  $$ insert into public.jobs (user_id, tool, lane, ticket, progress, progress_is_estimate)
     values (tests.user_id('ana'), 'echo', 'echo', 1, 100, true) $$,
  'nobody_guesses_the_end');
select tests.violates(
  $$ insert into public.jobs (user_id, tool, lane, ticket, step_history) values (tests.user_id('ana'), 'echo', 'echo', 1, '{}') $$,
  'history_is_an_array');
select tests.violates(pg_temp.change('one', 'input = ''[]'''), 'input_is_an_object');
select tests.violates(pg_temp.change('one', 'metadata = ''7'''), 'metadata_is_an_object');

select lives_ok(
  pg_temp.change('one', 'status = ''completed'', current_step = ''completed'', completed_at = private.now()'),
  'a possible job is not');

-- A constraint that is not tried above must be.
select set_eq(
  $$ select conname::text from pg_constraint where conrelid = 'public.jobs'::regclass and contype in ('c', 'u')
     union all
     select indexrelid::regclass::text from pg_index where indrelid = 'public.jobs'::regclass and indisunique and not indisprimary $$,
  array[
    'idempotency_keys_are_unique_per_user', 'a_job_is_retried_once', 'status_and_step_agree', 'terminal_jobs_have_completed_at', 'failed_jobs_name_the_step',
    'failed_jobs_name_the_error', 'processing_jobs_have_an_attempt', 'only_pending_jobs_wait_for_a_time',
    'completed_at_is_after_created_at', 'retries_stay_below_max_attempts', 'progress_is_a_percentage', 'history_is_an_array',
    'input_is_an_object', 'metadata_is_an_object', 'effects_are_known', 'nobody_guesses_the_end',
    'only_processing_jobs_have_a_deadline', 'refunds_are_for_what_ended_without_a_result', 'counters_are_not_negative'],
  'these are all');

select * from finish();
rollback;
