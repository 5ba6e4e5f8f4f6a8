-- Who decides whose rows a caller may touch trusts the roles that it knows, and nobody else: a role that an operator
-- makes, a token of another kind or one that names none has nothing.
begin;
select plan(32);

select tests.create_user('ana'), tests.create_user('bo'), tests.create_user('root');
select tests.make_operator('root', 'admin');
create function pg_temp.verdicts() returns text language sql as $$
  select concat_ws(' ',
    private.is_callers(tests.user_id('ana'), null), private.is_callers(tests.user_id('ana'), tests.user_id('ana')),
    private.is_callers(tests.user_id('ana'), tests.user_id('bo')), private.is_callers(null, null), private.is_admin())
$$;
-- As the owner's functions see it, which is how these helpers are always asked: only the claims and the role setting tell.
create function pg_temp.seen_with(p_claims jsonb, p_role text default 'none') returns text language plpgsql as $$
declare
  v_verdicts text;
begin
  perform set_config('request.jwt.claims', coalesce(p_claims::text, ''), true);
  execute format('create or replace function tests.seen() returns text language sql security definer as %L',
    'select pg_temp.verdicts()');
  grant execute on function tests.seen() to public;
  perform set_config('role', p_role, true);
  select tests.seen() into v_verdicts;
  perform set_config('role', 'none', true), set_config('request.jwt.claims', '', true);
  return v_verdicts;
end
$$;
-- whose: of nobody named, of the owner named, of somebody else named, of no row; an admin
create function pg_temp.token(p_user text, p_role text, p_admin boolean default false) returns jsonb language sql as $$
  select jsonb_strip_nulls(jsonb_build_object('sub', tests.user_id(p_user), 'role', p_role,
    'app_metadata', case when p_admin then '{"role": "admin"}'::jsonb else '{}' end))
$$;

select is(pg_temp.seen_with(pg_temp.token('ana', 'authenticated'), 'authenticated'), 't t t f f', 'a user''s own, whatever is named');
select is(pg_temp.seen_with(pg_temp.token('bo', 'authenticated'), 'authenticated'), 'f f f f f', 'a stranger''s are not');
select is(pg_temp.seen_with('{"role": "authenticated"}', 'authenticated'), 'f f f f f', 'who is nobody has none');
select is(pg_temp.seen_with(pg_temp.token('root', 'esteira_admin', true), 'esteira_admin'), 'f f f f t', 'an admin is told apart');
select is(pg_temp.seen_with(pg_temp.token('root', 'authenticated'), 'authenticated'), 'f f f f t', 'also by a token from before');
select is(pg_temp.seen_with(pg_temp.token('ana', 'esteira_admin', true), 'esteira_admin'), 't t t f f',
  'who is one no longer has their own still');
select is(pg_temp.seen_with('{"role": "service_role"}', 'service_role'), 't t f f f', 'a server''s are all, or those of whom it names');
select is(pg_temp.seen_with(pg_temp.token('root', 'service_role', true), 'service_role'), 't t f f f', 'and it is no admin');
select is(pg_temp.seen_with(null), 't t f f f', 'so are those of the database''s own');
select is(pg_temp.seen_with(null, 'service_role'), 't t f f f', 'a session that has become a server''s');

select is(pg_temp.seen_with(pg_temp.token(user_name, role_name, is_admin), seen_as), 'f f f f f',
  concat_ws(' ', 'a token of', user_name, 'that says', coalesce(role_name, 'no role'), 'as', seen_as, is_admin))
from (values ('anon'), ('editor'), (''), ('AUTHENTICATED'), ('Service_Role'), (' service_role')) roles (role_name),
  (values ('ana', 'authenticated', false), ('root', 'authenticated', true), ('ana', 'anon', true)) sessions (user_name, seen_as, is_admin);
select is(pg_temp.seen_with('{}', 'anon'), 'f f f f f', 'a token that names no role, of somebody who is not signed in');
select is(pg_temp.seen_with(null, 'anon'), 'f f f f f', 'nor has a session without a token that has become one of those');
select is(pg_temp.seen_with(null, 'authenticated'), 'f f f f f', 'or is signed in as nobody');
select is(pg_temp.seen_with(pg_temp.token('ana', null), 'authenticated'), 't t t f f',
  'a token without a role is what the session has become, and its owner''s');

select * from finish();
rollback;
