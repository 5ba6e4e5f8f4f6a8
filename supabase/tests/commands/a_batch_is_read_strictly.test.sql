begin;
select plan(15);

select tests.create_user('ana', 5);
select tests.enable_echo(2), tests.enable_upscaler(1);
create function pg_temp.batch(p_jobs jsonb) returns text language sql as $$
  select format('select public.create_jobs(%L, %L)', tests.user_id('ana'), p_jobs)
$$;
create function pg_temp.one(p_more jsonb) returns text language sql as $$
  select pg_temp.batch(jsonb_build_array('{"tool": "echo", "input": {}}'::jsonb || p_more))
$$;
select tests.refuses(pg_temp.one('{"priority": 1.5}'), 422, 'invalid_input', 'priority', 'a priority that is no whole number');
select tests.refuses(pg_temp.one('{"priority": "high"}'), 422, 'invalid_input', 'priority', 'or no number');
select tests.refuses(pg_temp.one('{"priority": 32768}'), 422, 'invalid_input', 'priority', 'or too large');
select tests.refuses(pg_temp.one('{"run_at": "soon"}'), 422, 'invalid_input', 'run_at', 'a time that is none');
select tests.refuses(pg_temp.one('{"run_at": 1767225600}'), 422, 'invalid_input', 'run_at', 'or a number');
select tests.refuses(pg_temp.one('{"idempotency_key": 7}'), 422, 'invalid_input', 'idempotency_key', 'a key that is no text');
select tests.refuses(pg_temp.one('{"metadata": []}'), 422, 'invalid_input', 'metadata', 'metadata that are no object');
select tests.refuses(pg_temp.one('{"runAt": null}'), 422, 'invalid_input', 'jobs', 'a field that nobody reads');
select lives_ok(pg_temp.one('{"priority": null, "run_at": null, "idempotency_key": null, "metadata": null}'), 'what may be left out may be null');

select tests.refuses(
  pg_temp.batch('[{"tool": "echo", "input": {}}, {"tool": "echo", "input": 1}, {"tool": "nothing", "input": {}}]'),
  422, 'invalid_input', 'input', 'of several errors the first is told');
select tests.refuses(
  pg_temp.batch('[{"tool": "upscaler", "input": {"image": "not there"}}, {"tool": "nothing", "input": {}}]'),
  422, 'file_not_found', 'image', 'also when it is about a file');
update public.tools set credit_cost = 3 where tool in ('echo', 'upscaler');
select tests.refuses(
  pg_temp.batch('[{"tool": "echo", "input": {}}, {"tool": "echo", "input": {}}, {"tool": "upscaler", "input": {"image": "not there"}}]'),
  402, 'insufficient_credits', null, 'or about credits');
select tests.refuses(
  pg_temp.batch('[{"tool": "echo", "input": {}}, {"tool": "upscaler", "input": {"image": "not there"}}]'),
  422, 'file_not_found', 'image', 'a file comes before the price');

create temporary table twice as select * from public.create_jobs(tests.user_id('ana'), '[
  {"tool": "echo", "input": {"n": 1}, "idempotency_key": "same"}, {"tool": "echo", "input": {"n": 1}, "idempotency_key": "same"}]');
select is((select count(distinct id) from twice where input = '{"n": 1}'), 1::bigint, 'one key is one job, also within a batch');
select is(tests.balance('ana'), 1, 'which is paid for once');

select * from finish();
rollback;
