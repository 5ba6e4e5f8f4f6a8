begin;
select plan(9);

select tests.create_user('ana');
select tests.enable_echo(2);
select tests.create_job('ana', 'one'), tests.create_job('ana', 'two');
create temporary table before as select * from public.jobs;

create function pg_temp.with_token(p_token uuid) returns setof text language sql as $$
  select tests.refuses(format(call, (tests.job('one')).id, p_token), 409, 'stale_token', null, split_part(call, '(', 1))
  from unnest(array[
    'select worker.submitted(%L, %L, ''task'', ''{}'')',
    'select worker.complete(%L, %L, ''{}'', ''https://example.test/a.png'')',
    'select worker.attempt_failed(%L, %L, ''never'', ''code'', ''message'')']) call
$$;
select pg_temp.with_token(gen_random_uuid());
select pg_temp.with_token((tests.attempt('two')).token);
select tests.refuses(
  format('select worker.complete(%L, %L, ''{}'', ''x'')', gen_random_uuid(), (tests.attempt('one')).token),
  409, 'stale_token', null, 'a job that is not there');
select tests.refuses(
  format('select worker.complete(%L, null, ''{}'', ''x'')', (tests.job('one')).id), 409, 'stale_token', null,
  'no token');
select bag_eq('select * from public.jobs', 'select * from before', 'nothing has changed');

select * from finish();
rollback;
