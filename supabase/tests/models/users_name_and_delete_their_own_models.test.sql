begin;
select plan(18);

select tests.create_user('ana'), tests.create_user('bo');
select tests.enable_effect('model');
select tests.create_job_for('ana', 'one', '{}', '{"name": "hers"}'), tests.commit();
create function pg_temp.sees() returns bigint language sql as $$ select count(*) from public.ai_models $$;
create function pg_temp.changed(p_sql text) returns integer language plpgsql as $$
declare
  v_count integer;
begin
  execute p_sql;
  get diagnostics v_count = row_count;
  return v_count;
end
$$;

select tests.as_user('bo');
select is(pg_temp.sees(), 0::bigint, 'a stranger sees none');
select is(pg_temp.changed('update public.ai_models set name = ''his'' where true'), 0, 'names none');
select is(pg_temp.changed('delete from public.ai_models where true'), 0, 'and deletes none');
select tests.as_admin();
select is(pg_temp.sees(), 1::bigint, 'an admin sees all');
select is(pg_temp.changed('update public.ai_models set name = ''x'' where true'), 0, 'names none');
select is(pg_temp.changed('delete from public.ai_models where true'), 0, 'and deletes none');
select tests.become('authenticated', null);
select is(pg_temp.sees(), 0::bigint, 'a session without a token sees none');
select tests.as_anon();
select throws_ok('select * from public.ai_models', '42501', null, 'somebody who is not signed in may not look');
select tests.as_service();
select is(pg_temp.sees(), 1::bigint, 'servers see all');
select throws_ok('update public.ai_models set name = ''x'' where true', '42501', null, 'and change none');

select tests.as_user('ana');
select is(pg_temp.sees(), 1::bigint, 'the owner sees it');
select throws_ok('insert into public.ai_models ("userId", name) values (auth.uid(), ''a gift'')', '42501', null, 'makes none');
select throws_ok('update public.ai_models set status = ''READY'' where true', '42501', null, 'declares none ready');
select throws_ok('update public.ai_models set "modelUrl" = ''1'' where true', '42501', null, 'points it nowhere else');
select throws_ok('update public.ai_models set "userId" = tests.user_id(''bo'') where true', '42501', null, 'gives it to nobody');
select is(pg_temp.changed('update public.ai_models set name = ''my model'' where true'), 1, 'renames it');
select is((select version from public.ai_models), 2, 'which is a change');
select is(pg_temp.changed('delete from public.ai_models where true'), 1, 'and deletes it');
select tests.reset();

select * from finish();
rollback;
