begin;
select plan(15);

create function pg_temp.role_of(p_name text) returns text language sql as $$ select role from auth.users where id = tests.user_id(p_name) $$;
create function pg_temp.set_meta(p_name text, p_meta jsonb) returns void language sql as $$
  update auth.users set raw_app_meta_data = p_meta where id = tests.user_id(p_name)
$$;

select tests.create_user('ana');
select is(pg_temp.role_of('ana'), 'authenticated', 'a user is signed in as every user is');
select pg_temp.set_meta('ana', '{"role": "admin", "provider": "email"}');
select is(pg_temp.role_of('ana'), 'esteira_admin', 'who is made an admin gets the role of admins');
select pg_temp.set_meta('ana', '{"role": "support"}');
select is(pg_temp.role_of('ana'), 'authenticated', 'support has none of its own');
select pg_temp.set_meta('ana', '{"role": "admin"}');
select pg_temp.set_meta('ana', '{}');
select is(pg_temp.role_of('ana'), 'authenticated', 'who is an admin no longer loses it');
select pg_temp.set_meta('ana', '{"role": ["admin"]}');
select is(pg_temp.role_of('ana'), 'authenticated', 'a claim of another shape makes nobody an admin');

insert into auth.users (id, email, raw_app_meta_data) values (tests.user_id('bo'), 'bo@example.test', '{"role": "admin"}');
select is(pg_temp.role_of('bo'), 'esteira_admin', 'one who is made as an admin has it at once');
update auth.users set role = 'authenticated' where id = tests.user_id('bo');
select is(pg_temp.role_of('bo'), 'esteira_admin', 'whoever writes the role of signed-in users over it');
insert into auth.users (id, email, role, raw_app_meta_data) values (tests.user_id('cy'), 'cy@example.test', '', '{"role": "admin"}');
select is(pg_temp.role_of('cy'), 'esteira_admin', 'before Auth has given a role, too');
insert into auth.users (id, email, role) values (tests.user_id('eve'), 'eve@example.test', 'esteira_admin');
select is(pg_temp.role_of('eve'), 'authenticated', 'the role alone makes no admin');

insert into auth.users (id, email, role) values (tests.user_id('ed'), 'ed@example.test', 'editor');
select pg_temp.set_meta('ed', '{"role": "admin"}');
select is(pg_temp.role_of('ed'), 'editor', 'a role that somebody else gave stays');

drop trigger esteira_keep_admins on auth.users;
update auth.users set role = 'authenticated' where id = tests.user_id('bo');
select is(private.install_admins(), 1, 'admins from before a release get it with the release');
select is(pg_temp.role_of('bo'), 'esteira_admin', 'as Auth will tell them');
select is(private.install_admins(), 0, 'once');

select ok(pg_has_role('esteira_admin', 'authenticated', 'usage'), 'an admin may do what any signed-in user may');
select ok(pg_has_role('authenticator', 'esteira_admin', 'member') and not (select rolcanlogin or rolbypassrls from pg_roles where rolname = 'esteira_admin'),
  'the servers of the platform may become one, and nobody signs in as one');

select * from finish();
rollback;
