begin;
select plan(11);

select tests.create_user('ana'), tests.create_user('bo');
select tests.enable_echo(0);
select tests.create_job('ana', 'one'), tests.create_job('ana', 'two'), tests.create_job('ana', 'three');
create function pg_temp.cancellation(p_key text, p_user text default null) returns text language sql as $$
  select format('select public.cancel_job(%L, %L)', (tests.job(p_key)).id, case when p_user is not null then tests.user_id(p_user) end)
$$;
create temporary table calls as select pg_temp.cancellation('one') as plain, pg_temp.cancellation('one', 'ana') as as_ana,
  pg_temp.cancellation('two', 'bo') as two_as_bo, pg_temp.cancellation('two', 'ana') as two_as_ana, pg_temp.cancellation('three') as three;
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
select tests.reset();
select is((tests.job('one')).status, 'pending', 'nothing has happened to it');

select tests.as_user('ana');
select lives_ok((select plain from calls), 'its owner');
select tests.refuses(
  'select public.cancel_job(gen_random_uuid())', 404, 'not_found', null, 'a job that is not there is told apart from none');
select tests.as_service();
select tests.refuses((select two_as_bo from calls), 404, 'not_found', null, 'a secret key in the name of somebody, of that one''s alone');
select lives_ok((select two_as_ana from calls), 'in the owner''s name');
select lives_ok((select three from calls), 'or in nobody''s');
select tests.reset();

select * from finish();
rollback;
