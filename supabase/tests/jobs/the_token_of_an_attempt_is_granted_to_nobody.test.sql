begin;
select plan(6);

select tests.create_user('ana');
select tests.enable_echo(1);
select tests.create_job('ana', 'one');

select is(has_column_privilege(role_name, 'public.job_attempts', 'token', 'select'), false, role_name || ' holds no right to it')
from unnest(array['anon', 'authenticated', 'service_role']) role_name;

select tests.as_admin();
select throws_ok('select token from public.job_attempts', '42501', null, 'an admin does not read it');
select throws_ok('select attempts.* from public.job_attempts attempts', '42501', null, 'not even unawares');
select tests.as_service();
select throws_ok('select token from public.job_attempts', '42501', null, 'nor does a secret key, but in a work item');
select tests.reset();

select * from finish();
rollback;
