-- @acceptance 003:300
begin;
select plan(17);

select tests.create_user('ana', 50);
select tests.enable_echo(0);
update public.tools set priority = 3, min_priority = -10, max_priority = 20 where tool = 'echo';

-- One by one and in batches the rule is the same.
create function pg_temp.one(p_by_user boolean, p_priority text, p_key text default null) returns text language sql as $$
  select format('select (public.create_job(%L, ''echo'', ''{}'', p_priority => %s::smallint, p_by_user => %L, p_idempotency_key => %L)).priority',
    tests.user_id('ana'), p_priority, p_by_user, p_key)
$$;
create function pg_temp.many(p_by_user boolean, p_priority text, p_key text default null) returns text language sql as $$
  select format('select priority from public.create_jobs(%L, %L, p_by_user => %L)', tests.user_id('ana'),
    jsonb_build_array(jsonb_build_object('tool', 'echo', 'input', '{}'::jsonb, 'priority', p_priority::jsonb, 'idempotency_key', p_key)),
    p_by_user)
$$;
create function pg_temp.both(p_by_user boolean, p_asked text, p_gets integer, p_what text) returns setof text language sql as $$
  select results_eq(pg_temp.one(p_by_user, p_asked), array[p_gets::smallint], p_what)
  union all select results_eq(pg_temp.many(p_by_user, p_asked), array[p_gets::smallint], p_what || ', in a batch')
$$;
create function pg_temp.refused(p_by_user boolean, p_asked text, p_maximum integer, p_what text) returns setof text language sql as $$
  select tests.refuses(q.sql, 422, 'invalid_priority',
    format('{"field": "priority", "minimum": -10, "maximum": %s}', p_maximum), p_what || q.how)
  from (values (pg_temp.one(p_by_user, p_asked), ''), (pg_temp.many(p_by_user, p_asked), ', in a batch')) q (sql, how)
$$;

select pg_temp.both(true, 'null', 3, 'who asks for nothing gets the tool''s own');
select pg_temp.both(true, '-10', -10, 'a user may go down as far as the tool says');
select pg_temp.refused(true, '-11', 3, 'and no further');
select pg_temp.refused(true, '4', 3, 'a user may not raise it');
select pg_temp.both(false, '20', 20, 'a server may, as far as the tool says');
select pg_temp.refused(false, '21', 20, 'and no further');

-- A key answers with its job, whatever the tool says meanwhile.
do $$ begin execute pg_temp.one(true, '-5', 'k'); end $$;
update public.tools set min_priority = 0 where tool = 'echo';
select results_eq(pg_temp.one(true, '-5', 'k'), array[-5::smallint], 'a repeated key is answered with its job, though its priority is no longer allowed');
select results_eq(pg_temp.many(true, '-5', 'k'), array[-5::smallint], 'in a batch as well');
select is((select count(*) from public.jobs where idempotency_key = 'k'), 1::bigint, 'and makes no other');

-- Retried as high as it was, if it still may be.
do $$ begin execute pg_temp.one(false, '20', 'high'); end $$;
select public.cancel_job((tests.job('high')).id), public.cancel_job((tests.job('k')).id);
select is((public.retry_job((tests.job('high')).id)).priority, 20::smallint, 'a retry keeps the priority');
select is((public.retry_job((tests.job('k')).id)).priority, 0::smallint, 'within what the tool allows now');

select * from finish();
rollback;
