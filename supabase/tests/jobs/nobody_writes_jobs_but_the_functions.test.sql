begin;
select plan(16);

select tests.create_user('ana');
select tests.enable_echo(1);
select tests.create_job('ana', 'one');

create function pg_temp.refused_writes(p_who text) returns setof text language sql as $$
  select throws_ok(statement, '42501', null, p_who || ': ' || statement) from unnest(array[
    'insert into public.jobs (user_id, tool, lane, ticket) values (auth.uid(), ''echo'', ''echo'', 0)',
    'update public.jobs set status = ''completed'' where true', 'delete from public.jobs where true', 'truncate public.jobs cascade']) statement
$$;
select tests.as_user('ana');
select pg_temp.refused_writes('the owner');
select tests.as_admin();
select pg_temp.refused_writes('an admin');
select tests.as_anon();
select pg_temp.refused_writes('nobody');
select tests.as_service();
select pg_temp.refused_writes('a secret key');
select tests.reset();

select * from finish();
rollback;
