-- Raw payloads can carry secrets and a provider's internals.
begin;
select plan(8);

select tests.create_user('ana');
select tests.enable_echo(1);
select tests.create_job('ana', 'one');
select tests.submit('one', 'task-1');

select tests.as_admin();
select results_eq(
  'select external_id, raw_api_response from public.job_attempts', $$ values ('task-1', '{"code": 0}'::jsonb) $$,
  'an admin sees them');
select tests.as_user('ana');
select is_empty('select job_id from public.job_attempts', 'the owner of the job does not');
select tests.as_user('stranger');
select is_empty('select job_id from public.job_attempts', 'nor does a stranger');
select tests.as_anon();
select throws_ok('select job_id from public.job_attempts', '42501', null, 'nor somebody who is not signed in');
select tests.as_service();
select isnt_empty('select job_id from public.job_attempts', 'functions with a secret key do');

select throws_ok(
  $$ update public.job_attempts set external_id = 'x' where true $$, '42501', null,
  'but write them by functions alone');
select tests.as_admin();
select throws_ok($$ update public.job_attempts set external_id = 'x' where true $$, '42501', null, 'an admin writes none');
select throws_ok($$ delete from public.job_attempts where true $$, '42501', null, 'and deletes none');
select tests.reset();

select * from finish();
rollback;
