begin;
select plan(13);
select tests.create_user('ana', 0), tests.create_user('root', 0);
update auth.users set raw_app_meta_data = '{"provider": "email"}' where id = tests.user_id('ana');
select is(ops.set_operator(tests.user_id('root'), 'admin', 'The first one'), null, 'the first admin is made in SQL');
select is(private.operator_role(), 'admin', 'whose own the database is may do everything');

select tests.as_gone('root', 'admin');
select is(ops_api.set_operator(tests.user_id('ana'), 'support', 'Joined today'), null, 'others by an admin');
select is(ops_api.set_operator(tests.user_id('ana'), 'support'), 'support', 'twice is once');
select set_eq('select email, role from ops_api.operators()', $$ values ('ana@example.test', 'support'), ('root@example.test', 'admin') $$, 'who is one is listed');
select tests.refuses(format('select ops_api.set_operator(%L, null)', tests.user_id('root')), 409, 'own_role', 'user_id', 'nobody locks themselves out');
select tests.refuses(format('select ops_api.set_operator(%L, ''boss'')', tests.user_id('ana')), 422, 'invalid_input', 'role', 'there are two roles');
select tests.refuses('select ops_api.set_operator(gen_random_uuid(), ''admin'')', 404, 'user_not_found', 'user_id', 'of those who are there');
select tests.as_gone('ana', 'support');
select throws_ok(format('select ops_api.set_operator(%L, ''admin'')', tests.user_id('ana')), 'PT403', null, 'support makes nobody anything');

select tests.reset();
select is((select raw_app_meta_data from auth.users where id = tests.user_id('ana')), '{"role": "support", "provider": "email"}', 'what else is known of them stays');
select ops.set_operator(tests.user_id('ana'), null, 'Left');
select is((select raw_app_meta_data from auth.users where id = tests.user_id('ana')), '{"provider": "email"}', 'also when they are one no more');
select results_eq($$ select actor_email, action, filter ->> 'role', counts ->> 'was', reason from ops.audit order by audit_id $$,
  $$ values (null, 'set_operator', 'admin', null, 'The first one'), ('root@example.test', 'set_operator', 'support', null, 'Joined today'),
     (null, 'set_operator', null, 'support', 'Left') $$, 'the audit tells who made whom what');
select is((select count(*) from ops.audit where called_as = 'esteira_admin'), 1::bigint, 'and over which door');
select * from finish();
rollback;
