-- Users can write their user_metadata themselves; app_metadata only a secret key can.
begin;
select plan(6);

select tests.as_admin();
select is(private.is_admin(), true, 'app_metadata.role = admin is an admin');
select tests.as_user('ana');
select is(private.is_admin(), false, 'a user is none');
select tests.become(
  'authenticated',
  '{"role": "admin", "user_metadata": {"role": "admin"}, "app_metadata": {"role": "editor"}}');
select is(private.is_admin(), false, 'nor somebody who only says so');
select tests.become('authenticated', '{"app_metadata": "admin"}');
select is(private.is_admin(), false, 'nor a claim of another shape');
select tests.become('authenticated', null);
select is(private.is_admin(), false, 'nor a session without a token');
select tests.as_anon();
select throws_ok('select private.is_admin()', '42501', null, 'somebody who is not signed in cannot ask');
select tests.reset();

select * from finish();
rollback;
