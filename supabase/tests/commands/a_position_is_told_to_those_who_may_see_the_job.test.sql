begin;
select plan(7);

select tests.create_user('ana'), tests.create_user('bo');
select tests.enable_echo(0);
select tests.create_job('ana', 'one');
create temporary table calls as select format('select public.queue_position(%L)', (tests.job('one')).id) as call;
grant select on calls to anon, authenticated, service_role;

select tests.as_anon();
select throws_ok((select call from calls), '42501', null, 'not to somebody who is not signed in');
select tests.as_user('bo');
select tests.refuses((select call from calls), 404, 'not_found', null, 'not to a stranger');
select tests.become('authenticated', '{"role": "authenticated"}');
select tests.refuses((select call from calls), 404, 'not_found', null, 'not to the holder of a token that names nobody');
select tests.as_user('ana');
select lives_ok((select call from calls), 'to its owner');
select tests.refuses('select public.queue_position(gen_random_uuid())', 404, 'not_found', null, 'if there is such a job');
select tests.as_admin();
select lives_ok((select call from calls), 'to an admin');
select tests.as_service();
select lives_ok((select call from calls), 'and to the holder of a secret key');
select tests.reset();

select * from finish();
rollback;
