-- @acceptance 002:362
-- Document 002: three states, a result with images, an error, and the node of a project in input._metadata.
begin;
select plan(12);

select tests.create_user('ana');
select tests.enable_tool('image', 'kie', 3), tests.enable_tool('video', 'replicate');
create temporary table job as
select (public.create_job(
  tests.user_id('ana'), 'image', '{"prompt": "a cat"}', p_idempotency_key => 'cat',
  p_metadata => '{"projectId": "p", "nodeId": "n"}')).id;
select tests.create_job('ana', 'dog', 'image'), tests.create_job('ana', 'film', 'video');

select is((select status from public.fal_jobs where id = (select id from job)), 'pending', 'a job that is starting is pending');
select is((select request_id from public.fal_jobs where id = (select id from job)), null, 'the provider has not named it yet');
select worker.submitted((select id from job), (tests.attempt('cat')).token, 'kie-1', '{}', '{"model": "google/nano-banana"}');
select tests.submit('dog', 'kie-2');
select results_eq(
  $$ select status, request_id, model_id, type, input, result, error from public.fal_jobs where id = (select id from job) $$,
  $$ values ('pending', 'kie-1', 'google/nano-banana', 'image',
    '{"prompt": "a cat", "_metadata": {"projectId": "p", "nodeId": "n"}}'::jsonb, null::jsonb, null::text) $$,
  'one that runs is pending too, with the provider''s id and what was asked for');
select results_eq($$ select distinct type from public.fal_jobs order by type $$, array['image', 'video'], 'images and videos, of any lane');
select is((select input from public.fal_jobs where id = (tests.job('dog')).id), '{}', 'a job without metadata has the input alone');

select worker.complete((select id from job), (tests.attempt('cat')).token,
  '{"files": [{"bucket": "outputs", "path": "u/j/1-0"}, {"bucket": "outputs", "path": "u/j/1-1"}]}',
  'https://p.test/storage/v1/object/authenticated/outputs/u/j/1-0');
select is((select status from public.fal_jobs where id = (select id from job)), 'completed', 'completed');
select is(
  (select result from public.fal_jobs where id = (select id from job)),
  '{"images": [{"url": "https://p.test/storage/v1/object/authenticated/outputs/u/j/1-0"}, {"url": "https://p.test/storage/v1/object/authenticated/outputs/u/j/1-1"}]}',
  'with the addresses of all images');
select isnt((select completed_at from public.fal_jobs where id = (select id from job)), null, 'and when');

select tests.fail('dog', 'never');
select is((select status from public.fal_jobs where id = (tests.job('dog')).id), 'failed', 'failed');
select is((select error from public.fal_jobs where id = (tests.job('dog')).id), 'It did not work.', 'with the error');
select tests.cancel('film');
select is(
  (select concat_ws(': ', status, error) from public.fal_jobs where id = (tests.job('film')).id), 'failed: Cancelled',
  'a client that waits for completed or failed does not wait for a cancelled job');
select tests.enable_echo(1);
select tests.create_job('ana', 'other');
select is((select count(*) from public.fal_jobs), 3::bigint, 'jobs of other tools are not here');

select * from finish();
rollback;
