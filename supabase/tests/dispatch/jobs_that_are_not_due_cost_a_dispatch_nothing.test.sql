-- Every dispatch asks who has come due. A volatile function in that question is asked again for each job and keeps the
-- index from ending the search at the first that is not: a thousand publications planned for next week would be read
-- through by every create. Here the clock counts how often it is read.
begin;
select plan(2);

select tests.create_user('ana');
select tests.enable_echo(0);
insert into public.jobs (user_id, tool, lane, ticket, current_step, run_at)
select tests.user_id('ana'), 'echo', 'echo', n, 'queued', now() + interval '1 week' from generate_series(1, 50) n;

create temporary sequence readings;
create or replace function private.now() returns timestamptz language sql volatile set search_path = '' as $$
  select clock_timestamp() from nextval('pg_temp.readings')
$$;
select is(private.admit_due('echo'), 0, 'nobody is due');
select cmp_ok((select nextval('readings')), '<=', 5::bigint, 'which was found without looking at each who is not');

select * from finish();
rollback;
