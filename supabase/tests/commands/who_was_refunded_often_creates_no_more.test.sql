begin;
select plan(30);

select tests.freeze('2030-01-01 00:00Z');
select tests.create_user('ana', 100), tests.create_user('bo', 100);
select tests.enable_echo(1), tests.enable_tool('other', 'other');
update private.lanes set max_refunds_per_user = 2, refund_window = '1 hour' where lane = 'echo';
create function pg_temp.refunded(p_user text, p_is_counted boolean default true) returns void language plpgsql as $$
declare
  v_id uuid := gen_random_uuid();
begin
  perform private.charge(tests.user_id(p_user), array[v_id], array[1]);
  perform private.refund(tests.user_id(p_user), v_id, p_is_counted);
end
$$;
create function pg_temp.create(p_key text, p_user text default 'ana', p_tool text default 'echo') returns text language sql as $$
  select format('select tests.create_job(%L, %L, %L)', p_user, p_key, p_tool)
$$;
create function pg_temp.refused(p_sql text, p_retry_at timestamptz, p_description text, p_limit integer default 2) returns text
language sql as $$
  select tests.refuses(p_sql, 429, 'too_many_refunds', tests.limited(p_limit, p_retry_at), p_description)
$$;

select tests.create_job('ana', 'known'), tests.create_job('ana', 'waiting'), tests.create_job('ana', 'to be retried');
select tests.cancel('to be retried');
select pg_temp.refunded('ana', false), pg_temp.refunded('ana', false), pg_temp.refunded('ana');
select is(
  (select array_agg(is_counted order by entry_id) from public.credit_entries where kind = 'refund'), '{f,f,f,t}',
  'a refund is counted only if it is said to be');
select lives_ok(pg_temp.create('one'), 'one refund that is counted, and any number that are not');
select tests.freeze('2030-01-01 00:10Z');
select pg_temp.refunded('ana');
select tests.freeze('2030-01-01 00:20Z');
select pg_temp.refused(pg_temp.create('two'), '2030-01-01 01:00Z', 'two are as many as the lane bears with');
select pg_temp.refused(
  format('select public.create_jobs(%L, ''[{"tool": "other", "input": {}}, {"tool": "echo", "input": {}}]'')', tests.user_id('ana')),
  '2030-01-01 01:00Z', 'in a batch too, whatever else is in it');
select pg_temp.refused(
  format('select public.retry_job(%L)', (tests.job('to be retried')).id), '2030-01-01 01:00Z', 'and a retry is no way around it');
select is(tests.balance('ana'), 97, 'nothing is charged');
select is((select count(*) from public.jobs), 4::bigint, 'or written');

-- Whom and what it does not concern.
select lives_ok(pg_temp.create('bo''s', 'bo'), 'another user');
select lives_ok(pg_temp.create('elsewhere', p_tool => 'other'), 'a lane that bears with more');
select lives_ok(
  format($$ select public.create_jobs(%L, '[{"tool": "echo", "input": {}, "priority": 0, "idempotency_key": "known"}, {"tool": "other", "input": {}}]') $$,
    tests.user_id('ana')), 'whatever of the first was created before');
update private.lanes set max_refunds_per_user = 1 where lane = 'other';
select pg_temp.refused(
  pg_temp.create('elsewhere too', p_tool => 'other'), '2030-01-02 00:10Z',
  'a lane with a limit of its own, in a window of its own; refunds count wherever the jobs were', 1);
select is(tests.create_job('ana', 'known'), (tests.job('known')).id, 'a key that was used before is answered');
select is(tests.cancel('waiting'), 'cancelled', 'a cancel is never refused');
select is(tests.cancel('known'), 'cancelled', 'whatever it may cost');
select is(tests.balance('ana'), 97, 'and is paid back');

-- Until enough of them have left the window.
select tests.freeze('2030-01-01 00:59:59.5Z');
select pg_temp.refused(pg_temp.create('three'), '2030-01-01 01:00Z', 'half a second before the first leaves the window');
select tests.freeze('2030-01-01 01:00Z');
select lives_ok(pg_temp.create('four'), 'and when it has left');
select pg_temp.refunded('ana');
select pg_temp.refused(pg_temp.create('five'), '2030-01-01 01:10Z', 'the next one counts again');
update private.lanes set max_refunds_per_user = 1 where lane = 'echo';
select pg_temp.refused(
  pg_temp.create('six'), '2030-01-01 02:00Z', 'of a limit that was lowered, all but what it bears with have to leave', 1);
update private.lanes set max_refunds_per_user = 3 where lane = 'echo';
select lives_ok(pg_temp.create('seven'), 'a limit that was raised');
update private.lanes set max_refunds_per_user = null where lane = 'echo';
select pg_temp.refunded('ana') from generate_series(1, 100);
select lives_ok(pg_temp.create('eight'), 'no limit: any number');

-- What is no refund of a charge.
update private.lanes set max_refunds_per_user = 1, refund_window = '1 minute' where lane = 'echo';
update public.tools set credit_cost = 0 where tool = 'echo';
select tests.create_job('bo', 'free');
select is(private.refund(tests.user_id('bo'), (tests.job('free')).id, true), null, 'what cost nothing is not given back');
select lives_ok(pg_temp.create('free too', 'bo'), 'and does not count');
select pg_temp.refunded('bo');
select pg_temp.refused(pg_temp.create('nine', 'bo'), '2030-01-01 01:01Z', 'a free job is refused like any other', 1);

-- A clock that is set back must not lock anybody out.
select tests.freeze('2029-06-01 00:00Z');
select lives_ok(pg_temp.create('ten', 'bo'), 'refunds of the future are not of the window');
select pg_temp.refunded('bo');
select pg_temp.refused(pg_temp.create('eleven', 'bo'), '2029-06-01 00:01Z', 'those since then are', 1);

-- Shipped.
select tests.enable_lane('fresh', 1);
select results_eq(
  $$ select max_refunds_per_user, refund_window from private.lanes where lane = 'fresh' $$, $$ values (50, interval '1 day') $$,
  'a lane bears with fifty a day unless an operator says otherwise');
select is(
  (select count(*) from private.lanes where max_refunds_per_user is distinct from 50 and lane not in ('echo', 'other')), 0::bigint,
  'all lanes that are shipped do');
select tests.violates(
  $$ update private.lanes set max_refunds_per_user = 0 where true $$, 'user_limits_are_positive');
select has_index('public', 'credit_entries', 'counted_refunds', 'they are found by an index');

select * from finish();
rollback;
