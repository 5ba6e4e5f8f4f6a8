begin;
select plan(23);

select tests.create_user('ana'), tests.create_user('bo');
select tests.create_project('ana', 'hers');
create function pg_temp.sees() returns bigint language sql as $$ select count(*) from public.projects $$;
create function pg_temp.changed(p_sql text) returns integer language plpgsql as $$
declare
  v_count integer;
begin
  execute p_sql;
  get diagnostics v_count = row_count;
  return v_count;
end
$$;

select tests.as_user('ana');
select is(pg_temp.sees(), 1::bigint, 'the owner sees it');
select is(pg_temp.changed('insert into public.projects default values'), 1, 'makes another, with nothing said');
select is((select user_id from public.projects where name is null), tests.user_id('ana'), 'which is theirs');
select is((select content -> 'nodes' from public.projects where name is null), '[]'::jsonb, 'and empty');
select throws_ok($$ insert into public.projects (user_id) values (tests.user_id('bo')) $$, '42501', null, 'but none for somebody else');
select is(pg_temp.changed('update public.projects set name = ''x'' where name = ''hers'''), 1, 'renames it');
select throws_ok('update public.projects set user_id = tests.user_id(''bo'') where true', '42501', null, 'gives it to nobody');
select throws_ok('update public.projects set updated_at = now() where true', '42501', null, 'writes no times');
select throws_ok('insert into public.projects (version) values (7)', '42501', null, 'and begins at version 1');
select is(pg_temp.changed('delete from public.projects where name is null'), 1, 'and deletes');

select tests.as_user('bo');
select is(pg_temp.sees(), 0::bigint, 'a stranger sees none');
select is(pg_temp.changed('update public.projects set name = ''y'' where true'), 0, 'changes none');
select is(pg_temp.changed('update public.projects set content = ''{"nodes": []}'', version = 2 where true'), 0, 'nor its content');
select is(pg_temp.changed('delete from public.projects where true'), 0, 'and deletes none');
select tests.as_admin();
select is(pg_temp.sees(), 1::bigint, 'an admin sees all');
select is(pg_temp.changed('update public.projects set name = ''y'' where true'), 0, 'changes none');
select is(pg_temp.changed('delete from public.projects where true'), 0, 'and deletes none');
select tests.become('authenticated', null);
select is(pg_temp.sees(), 0::bigint, 'a session without a token sees none');
select throws_ok('insert into public.projects default values', null, null, 'and makes none');
select tests.as_anon();
select throws_ok('select * from public.projects', '42501', null, 'somebody who is not signed in may not look');
select throws_ok('insert into public.projects default values', '42501', null, 'nor make one');
select tests.as_service();
select is(pg_temp.sees(), 1::bigint, 'servers see all');
select tests.reset();
select is((select name from public.projects), 'x', 'it has the name that its owner gave it');

select * from finish();
rollback;
