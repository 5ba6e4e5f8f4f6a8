begin;
select plan(37);

select tests.create_user('ana', 20), tests.create_user('bo', 20);
select tests.enable_echo(1), tests.enable_tool('other', 'echo');
create function pg_temp.asked(
  p_tool text default 'echo', p_input jsonb default '{"a": 1, "b": [{"c": "1.50", "d": -0.50}]}', p_key text default 'click',
  p_priority smallint default null, p_run_at timestamptz default null, p_metadata jsonb default '{"e": null}',
  p_user text default 'ana'
) returns uuid language sql as $$
  select (public.create_job(tests.user_id(p_user), p_tool, p_input, p_priority, p_run_at, p_key, p_metadata)).id
$$;
create temporary table first as select pg_temp.asked() as id;

-- The same, however it is written.
select is(pg_temp.asked(), (select id from first), 'the same request again');
select is(pg_temp.asked(p_input => '{"b": [{"d": -0.5, "c": "1.50"}], "a": 1}'), (select id from first), 'keys in another order, 0.5 for 0.50');
select is(pg_temp.asked(p_input => '{"a": 1.0, "b": [{"c": "1.50", "d": -5e-1}]}'), (select id from first), '1.0 for 1, an exponent');
select is(
  (select id from public.create_jobs(tests.user_id('ana'), '[{"tool": "echo", "idempotency_key": "click",
    "input": {"a": 1.000, "b": [{"c": "1.50", "d": -0.5}]}, "metadata": {"e": null}, "priority": null}]')),
  (select id from first), 'in a batch, with null for what is left out');
select is(current_setting('response.status'), '208', 'which says that nothing is new');

-- Anything else.
create function pg_temp.conflicts(p_call text, p_description text) returns text language sql as $$
  select tests.refuses('select ' || p_call, 409, 'idempotency_conflict',
    jsonb_build_object('field', 'idempotency_key', 'job_id', (select id from first))::text, p_description)
$$;
select pg_temp.conflicts($$ pg_temp.asked(p_tool => 'other') $$, 'another tool');
select pg_temp.conflicts($$ pg_temp.asked(p_input => '{}') $$, 'another input');
select pg_temp.conflicts($$ pg_temp.asked(p_input => '{"a": 1, "b": [{"c": "1.5", "d": -0.5}]}') $$, 'text that looks like the same number');
select pg_temp.conflicts($$ pg_temp.asked(p_input => '{"a": 1, "b": [{"c": "1.50", "d": -0.05}]}') $$, 'another number');
select pg_temp.conflicts($$ pg_temp.asked(p_input => '{"a": 10, "b": [{"c": "1.50", "d": -0.5}]}') $$, 'ten for one');
select pg_temp.conflicts($$ pg_temp.asked(p_input => '{"a": "1", "b": [{"c": "1.50", "d": -0.5}]}') $$, 'text for a number');
select pg_temp.conflicts($$ pg_temp.asked(p_metadata => '{}') $$, 'other metadata');
select pg_temp.conflicts($$ pg_temp.asked(p_priority => 0::smallint) $$, 'a priority where none was asked for, though it is the same');
select pg_temp.conflicts($$ pg_temp.asked(p_priority => 999::smallint) $$, 'or one that may not be asked for');
select pg_temp.conflicts($$ pg_temp.asked(p_run_at => '2000-01-01') $$, 'a time, though it is over');
select pg_temp.conflicts(
  $$ id from public.create_jobs(tests.user_id('ana'), '[{"tool": "echo", "input": {}}, {"tool": "echo", "input": {}, "idempotency_key": "click"}]') $$,
  'another input, in a batch');
select pg_temp.conflicts(
  $$ id from public.create_jobs(tests.user_id('ana'), '[{"tool": "echo", "input": {}, "priority": 999, "idempotency_key": "click"}]') $$,
  'or a priority there');
select pg_temp.conflicts(
  $$ id from public.create_jobs(tests.user_id('ana'), '[{"tool": "echo", "idempotency_key": "click", "input": {"a": 1, "b": [{"c": "1.50", "d": -0.5}]},
    "metadata": {"e": null}, "run_at": "2000-01-01T00:00:00Z"}]') $$, 'or a time');
select pg_temp.conflicts(
  $$ id from public.create_jobs(tests.user_id('ana'), '[{"tool": "echo", "idempotency_key": "click", "input": {"a": 1, "b": [{"c": "1.50", "d": -0.5}]},
    "metadata": null}]') $$, 'or no metadata');
select tests.refuses(
  $$ select public.create_jobs(tests.user_id('ana'), '[{"tool": "echo", "input": {"n": 1}, "idempotency_key": "twin"},
    {"tool": "echo", "input": {"n": 2}, "idempotency_key": "twin"}]') $$,
  409, 'idempotency_conflict', 'idempotency_key', 'one key for two different jobs of a batch');
select is((select count(*) from public.jobs), 1::bigint, 'none of these made a job');
select is(tests.balance('ana'), 19, 'or cost anything');

-- Times are moments.
create temporary table later as select pg_temp.asked(p_key => 'later', p_run_at => '2100-01-01 00:00+00') as id;
select is(pg_temp.asked(p_key => 'later', p_run_at => '2100-01-01 05:30+05:30'), (select id from later), 'the same moment, told in another zone');
create function pg_temp.in_a_batch(p_wish jsonb) returns uuid language sql as $$
  select id from public.create_jobs(tests.user_id('ana'), jsonb_build_array('{"tool": "echo", "metadata": {"e": null},
    "input": {"a": 1, "b": [{"c": "1.50", "d": -0.5}]}}'::jsonb || p_wish))
$$;
select is(
  pg_temp.in_a_batch('{"idempotency_key": "later", "run_at": "2100-01-01T05:30:00+05:30"}'), (select id from later), 'or in a batch');
select is(
  pg_temp.in_a_batch('{"idempotency_key": "bare", "metadata": null}'), pg_temp.asked(p_key => 'bare', p_metadata => '{}'),
  'there no metadata are empty ones, as alone');
set local timezone = 'America/Sao_Paulo';
set local datestyle = 'German';
select is(pg_temp.asked(p_key => 'later', p_run_at => '2100-01-01 00:00+00'), (select id from later), 'or asked for in another session');
select tests.refuses(
  $$ select pg_temp.asked(p_key => 'later', p_run_at => '2100-01-01 00:00:00.000001+00') $$, 409, 'idempotency_conflict',
  'idempotency_key', 'a microsecond later is another');
select tests.refuses(
  $$ select pg_temp.asked(p_key => 'later') $$, 409, 'idempotency_conflict', 'idempotency_key', 'and so is at once');

-- What it is not about.
select isnt(pg_temp.asked(p_user => 'bo', p_input => '{}'), (select id from first), 'a key is the user''s own');
select is(tests.cancel('later'), 'cancelled', 'a job that has ended');
select is(pg_temp.asked(p_key => 'later', p_run_at => '2100-01-01 00:00+00'), (select id from later), 'keeps its key');
select is(
  (public.retry_job((select id from later))).id, (public.retry_job((select id from later))).id,
  'a retry has no key, and is done once all the same');
update public.jobs set idempotency_hash = null where id = (select id from first);
select is(pg_temp.asked(p_input => '{"a": 2}'), (select id from first), 'of a job that is older than this rule the key alone is known');
select is(
  (select id from public.create_jobs(tests.user_id('ana'), '[{"tool": "other", "input": {}, "idempotency_key": "click"}]')),
  (select id from first), 'in a batch too');

-- Whatever the numbers: equal in jsonb, equal in the hash, and the other way round.
create temporary table numbers as
select n, to_jsonb(n) as value from (values
  (0::numeric), (0.0), (0.00), (-0.0), (1), (1.0), (1.000), (10), (10.0), (100), (0.1), (0.10), (0.01), (0.010), (1.05), (1.050), (1.5), (1.50),
  (1e20), (1e20 + 0.10), (1e20 + 0.1), (1e-20), (10e-21), (-1), (-1.0), (-10.00), (1200.3400), (1200.34), (12.0034), (10.00)) v (n);
select is_empty($$
  select a.value, b.value from numbers a, numbers b,
  (values ('["x", %s]'), ('{"k": %s}'), ('[%s, %s]'), ('{"a\"1.0": [%s], "b": "1.0"}'), ('[[%s], "\\", 1.0, "\\\"2.0"]')) s (shape)
  where (private.idempotency_hash('t', format(shape, a.value, a.value)::jsonb, '{}', null, null)
    = private.idempotency_hash('t', format(shape, b.value, b.value)::jsonb, '{}', null, null)) <> (a.n = b.n) $$,
  'numbers are compared as numbers, wherever they stand');
select is(
  private.idempotency_hash('t', '{"a": "1.0"}', '{}', null, null) = private.idempotency_hash('t', '{"a": "1"}', '{}', null, null), false,
  'strings as strings');
select is(
  private.idempotency_hash('t', '{"a": "\\", "b": 1.0}', '{}', null, null) = private.idempotency_hash('t', '{"a": "\\", "b": 1}', '{}', null, null), true,
  'also after one that ends with a backslash');

select * from finish();
rollback;
