begin;
select plan(8);

select tests.create_user('ana'), tests.create_user('bo');
select tests.enable_tool('upscaler', 'runninghub'), tests.enable_tool('veste_ai', 'runninghub');
select tests.create_job('bo', 'running', 'upscaler'), tests.create_job('bo', 'first', 'veste_ai');
select tests.create_job('ana', 'second', 'upscaler'), tests.create_job('ana', 'third', 'upscaler');
select tests.create_job('ana', 'later', 'upscaler', p_run_at => private.now() + interval '1 hour');

select tests.as_user('ana');
select is(
  (select position::text from public.upscaler_jobs where id = (select id from public.jobs where idempotency_key = 'second')), '2',
  'jobs of others that go first are counted, whatever their tool');
select results_eq(
  'select position::text::integer from public.upscaler_jobs order by created_at', array[2, 3, null], 'a job that waits for its time has none');
select results_eq(
  'select position::text::integer from public.upscaler_jobs order by created_at',
  'select (public.queue_position(id) ->> ''position'')::integer from public.jobs order by created_at',
  'it is the position that queue_position tells');
select tests.as_user('bo');
select is((select position::text from public.upscaler_jobs), null, 'nor has a job that runs');
select is((select position::text from public.veste_ai_jobs), '1', 'the next one is 1');
select tests.reset();

select tests.cancel('running');
select tests.as_user('ana');
select results_eq(
  'select position::text::integer from public.upscaler_jobs order by created_at', array[1, 2, null], 'it moves up as the queue moves');
select tests.as_admin();
select results_eq(
  'select position::text::integer from public.upscaler_jobs order by created_at', array[null, 1, 2, null], 'admins are shown the same');
select tests.as_service();
select results_eq(
  'select position::text::integer from public.upscaler_jobs order by created_at', array[null, 1, 2, null], 'so are functions with a secret key');
select tests.reset();

select * from finish();
rollback;
