begin;
select plan(8);

select tests.create_user('ana', 10);
select tests.enable_upscaler(3);
update public.tools set credit_cost = 4 where tool = 'upscaler';
select tests.create_job('ana', 'one', 'upscaler'), tests.create_job('ana', 'two', 'upscaler');

select is(tests.steps('two'), '{upload,insert,credits,queue_check,queued,starting}', 'the steps come in this order');
select is(
  tests.entry('two', 'upload'), jsonb_build_object('fileName', tests.user_id('ana') || '/two.png', 'bytes', 1000),
  'which file');
select is(tests.entry('two', 'insert'), '{}', 'that it was written down');
select is(tests.entry('two', 'credits'), '{"cost": 4, "newBalance": 2}', 'what it cost');
select is(tests.entry('two', 'queue_check'), '{"slotsAvailable": 2, "globalRunning": 1}', 'how busy the lane was');
select is(tests.entry('two', 'queued'), '{"position": 1}', 'where in the line it stood');
select is(
  tests.entry('two', 'starting'), '{"accountName": "tests", "webappId": "1877265245566922753"}',
  'and on which account it started');
select is_empty(
  $$ select entry from jsonb_array_elements((tests.job('two')).step_history) entry
     where entry ->> 'timestamp' !~ '^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$' $$,
  'each entry has its time');

select * from finish();
rollback;
