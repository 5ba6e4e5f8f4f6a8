-- @acceptance 003:55, 003:57, 003:62, 003:290
begin;
select plan(8);

select tests.create_user('ana');
select tests.enable_tool('tiktok_video', 'publication', 2), tests.enable_tool('x_post', 'publication', 2), tests.enable_echo(1);
update public.tools set max_attempts = 4 where lane = 'publication';
select tests.create_job('ana', 'film', 'tiktok_video'), tests.create_job('ana', 'word', 'x_post'), tests.create_job('ana', 'other');

select results_eq(
  'select platform, tool, content from public.publication_jobs order by platform',
  $$ values ('tiktok', 'tiktok_video', '{}'::jsonb), ('x', 'x_post', '{}') $$, 'the platform is the first word of the tool');
select results_eq(
  $$ select status, retry_count, max_retries from public.publication_jobs where platform = 'tiktok' $$,
  $$ values ('processing'::public.job_status, 0, 3) $$, 'four attempts are three retries');
update public.tools set expires_after = '9 days' where lane = 'publication';
update public.jobs set expires_at = now() + interval '9 days', start_by = now() + interval '9 days' where lane = 'publication';
select tests.fail('film', 'backoff', '0');
select results_eq(
  $$ select status, retry_count, error_message from public.publication_jobs where platform = 'tiktok' $$,
  $$ values ('pending'::public.job_status, 1, null::text) $$, 'a failure that is retried uses one up');
select tests.freeze(private.now() + interval '1 day');
select private.dispatch('publication');
select tests.fail('film', 'wait');
select is((select retry_count from public.publication_jobs where platform = 'tiktok'), 1, 'a busy platform uses up none');
select tests.freeze(private.now() + interval '1 day');
select private.dispatch('publication');
select tests.fail('film', 'never');
select results_eq(
  $$ select status, error_message from public.publication_jobs where platform = 'tiktok' $$,
  $$ values ('failed'::public.job_status, 'It did not work.') $$, 'a job that has failed says why');
select tests.cancel('word');
select is((select status from public.publication_jobs where platform = 'x'), 'cancelled', 'a cancelled job is cancelled');
select is((select metadata from public.publication_jobs where platform = 'x'), '{}', 'metadata is the job''s');
select is((select count(*) from public.publication_jobs), 2::bigint, 'jobs of other lanes are not here');

select * from finish();
rollback;
