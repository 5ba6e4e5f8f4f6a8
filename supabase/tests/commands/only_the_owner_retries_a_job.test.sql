begin;
select plan(9);

select tests.create_user('ana'), tests.create_user('bo');
select tests.enable_echo(0);
select tests.create_job('ana', 'one'), tests.create_job('ana', 'two');
select tests.cancel('one'), tests.cancel('two');
create temporary table calls as select
  format('select public.retry_job(%L)', (tests.job('one')).id) as plain,
  format('select public.retry_job(%L, %L)', (tests.job('one')).id, tests.user_id('ana')) as as_ana,
  format('select public.retry_job(%L, %L)', (tests.job('two')).id, tests.user_id('bo')) as two_as_bo,
  format('select public.retry_job(%L, %L)', (tests.job('two')).id, tests.user_id('ana')) as two_as_ana;
grant select on calls to anon, authenticated, service_role;

select tests.as_anon();
select throws_ok((select plain from calls), '42501', null, 'not somebody who is not signed in');
select tests.as_user('bo');
select tests.refuses((select plain from calls), 404, 'not_found', null, 'not a stranger');
select tests.refuses((select as_ana from calls), 404, 'not_found', null, 'whoever the stranger claims to be');
select tests.as_admin();
select tests.refuses((select plain from calls), 404, 'not_found', null, 'not an admin');
select tests.become('authenticated', '{"role": "authenticated"}');
select tests.refuses((select plain from calls), 404, 'not_found', null, 'not the holder of a token that names nobody');
select tests.as_user('ana');
select lives_ok((select plain from calls), 'its owner');
select tests.as_service();
select tests.refuses((select two_as_bo from calls), 404, 'not_found', null, 'a secret key in the name of somebody, of that one''s alone');
select lives_ok((select two_as_ana from calls), 'in the owner''s name');
select tests.reset();
select is((select count(*) from public.jobs where user_id = tests.user_id('ana') and retried_from is not null), 2::bigint,
  'whoever asks, the new job is the owner''s');

select * from finish();
rollback;
