-- Users can write their user_metadata themselves; app_metadata only a secret key can. A token repeats for an hour what
-- was so when it was made.
begin;
select plan(13);

select tests.as_admin();
select is(private.is_admin(), true, 'who is an admin is one');
select tests.become('authenticated', '{"role": "authenticated"}' || jsonb_build_object('sub', tests.user_id('admin')));
select is(private.is_admin(), true, 'also by a token from before, which does not say so');
select tests.reset();
update auth.users set banned_until = now() + interval '1 day' where id = tests.user_id('admin');
select tests.as_gone('admin', 'admin');
select is(private.is_admin(), false, 'who is banned is none');
select tests.reset();
update auth.users set banned_until = now() - interval '1 day' where id = tests.user_id('admin');
select tests.as_gone('admin', 'admin');
select is(private.is_admin(), true, 'until that is over');
select tests.as_user('ana');
select is(private.is_admin(), false, 'a user is none');
select tests.become(r, jsonb_build_object('sub', tests.user_id('ana'), 'role', r,
  'user_metadata', '{"role": "admin"}'::jsonb, 'app_metadata', '{"role": "admin"}'::jsonb)) from (values ('esteira_admin')) roles (r);
select is(private.is_admin(), false, 'nor somebody whose token says so, if they are none any more');
select is_empty('select * from public.jobs', 'to whom nothing is shown by that');
select tests.make_operator('ana', 'support');
select is(private.is_admin(), false, 'nor support');
select tests.become('authenticated', jsonb_build_object('sub', tests.user_id('admin'), 'role', 'admin'));
select is(private.is_admin(), false, 'nor an admin in a role that nobody knows');
select tests.become('authenticated', '{"app_metadata": "admin"}');
select is(private.is_admin(), false, 'nor a token of nobody');
select tests.become('authenticated', null);
select is(private.is_admin(), false, 'nor a session without a token');
select tests.as_gone('nobody', 'admin');
select tests.refuses('select private.is_admin()', 401, 'unauthenticated', null, 'an admin who is gone is told so');
select tests.as_anon();
select throws_ok('select private.is_admin()', '42501', null, 'somebody who is not signed in cannot ask');
select tests.reset();

select * from finish();
rollback;
