begin;
select plan(5);

select tests.create_user('ana');
select tests.enable_echo(1);
create function pg_temp.creation() returns text language sql as $$
  select format('select public.create_job(%L, ''echo'', ''{}'')', tests.user_id('ana'))
$$;
select tests.as_anon();
select throws_ok(pg_temp.creation(), '42501', null, 'not by somebody who is not signed in');
select tests.as_user('ana');
select throws_ok(pg_temp.creation(), '42501', null, 'not by a user, whose input nobody has checked');
select tests.as_admin();
select throws_ok(pg_temp.creation(), '42501', null, 'not by an admin');
select tests.as_service();
select lives_ok(pg_temp.creation(), 'by the jobs function');
select throws_ok('select private.dispatch(''echo'')', '42501', null, 'which reaches no internals');
select tests.reset();

select * from finish();
rollback;
