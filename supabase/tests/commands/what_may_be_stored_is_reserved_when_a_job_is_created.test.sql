begin;
select plan(33);

select tests.create_user('ana', 100), tests.create_user('bo', 100);
select tests.enable_echo(10), tests.enable_tool('large', 'echo', 10);
update public.tools set max_output_bytes = 100 where tool = 'echo';
update public.tools set max_output_bytes = 5000000000 where tool = 'large';
create function pg_temp.create(p_key text, p_user text default 'ana', p_tool text default 'echo') returns text language sql as $$
  select format('select tests.create_job(%L, %L, %L)', p_user, p_key, p_tool)
$$;
create function pg_temp.batch(p_jobs text) returns text language sql as $$
  select format('select public.create_jobs(%L, %L)', tests.user_id('ana'), p_jobs)
$$;
create function pg_temp.full(p_sql text, p_limit bigint, p_used bigint, p_reserved bigint, p_required bigint, p_description text)
returns text language sql as $$
  select tests.refuses(p_sql, 413, 'storage_full',
    jsonb_build_object('limit', p_limit, 'used', p_used, 'reserved', p_reserved, 'required', p_required)::text, p_description)
$$;

select is(private.limit_of('stored_bytes', tests.user_id('ana')), 1099511627776, '1 TiB is shipped');
select ops.set_storage_limit(null, null);
select lives_ok(pg_temp.create('without limit', p_tool => 'large'), 'without one a job may leave what its tool allows');
select tests.cancel('without limit');

-- Jobs on their way stand for all that their tool allows.
select ops.set_storage_limit(null, 250);
select lives_ok(pg_temp.create('running'), 'one job');
select lives_ok($$ select tests.create_job('ana', 'waiting', p_run_at => '2100-01-01') $$, 'two, of which one waits');
select pg_temp.full(pg_temp.create('third'), 250, 0, 200, 100, 'three could leave more than there is room for');
select pg_temp.full(
  format('select public.retry_job(%L)', (tests.job('without limit')).id), 250, 0, 200, 5000000000, 'nor is a retry a way around it');
select is(tests.balance('ana'), 98, 'a job that is refused costs nothing');
select is(tests.create_job('ana', 'running'), (tests.job('running')).id, 'a key that was used before is answered');
select lives_ok(pg_temp.create('bo''s', 'bo'), 'another user has as much room');
select is(tests.cancel('waiting'), 'cancelled', 'a job that is cancelled');
select lives_ok(pg_temp.create('third'), 'makes room for another');
select is(tests.fail('running', 'never'), 'failed', 'and one that failed');
select lives_ok(pg_temp.create('fourth'), 'for another');

-- Completed jobs stand for what they have stored.
select tests.complete('third');
update public.jobs set output_bytes = 30 where idempotency_key = 'third';
select lives_ok(pg_temp.create('fifth'), 'what was not used of it is free again');
select pg_temp.full(pg_temp.create('sixth'), 250, 30, 200, 100, 'what was used is not');
select ops.set_storage_limit(null, 329);
select pg_temp.full(pg_temp.create('sixth'), 329, 30, 200, 100, 'a byte too little');
select ops.set_storage_limit(null, 330);
select lives_ok(pg_temp.create('sixth'), 'to the last byte');

-- A batch needs room for all of it.
select tests.cancel(key) from unnest('{fourth,fifth,sixth}'::text[]) key;
select pg_temp.full(
  pg_temp.batch('[{"tool": "echo", "input": {}}, {"tool": "echo", "input": {}}, {"tool": "echo", "input": {}}, {"tool": "echo", "input": {}}]'),
  330, 30, 0, 400, 'a batch is refused as a whole');
select pg_temp.full(
  pg_temp.batch('[{"tool": "echo", "input": {}}, {"tool": "large", "input": {}}]'), 330, 30, 0, 5000000100, 'whatever is in it');
select lives_ok(
  pg_temp.batch('[{"tool": "echo", "input": {}, "idempotency_key": "one"}, {"tool": "echo", "input": {}, "idempotency_key": "one"},
    {"tool": "echo", "input": {}, "idempotency_key": "two"}, {"tool": "echo", "input": {}, "idempotency_key": "three"}]'),
  'a key that comes twice is one job');
select lives_ok(pg_temp.batch('[{"tool": "echo", "input": {}, "idempotency_key": "one"}]'), 'and one that is known needs no room');

-- A user's own limit goes before that of everybody.
select ops.set_storage_limit(tests.user_id('bo'), 0);
select pg_temp.full(pg_temp.create('none', 'bo'), 0, 0, 100, 100, 'less');
select ops.set_storage_limit(tests.user_id('bo'), 9007199254740991);
select lives_ok(pg_temp.create('any', 'bo', 'large'), 'or more');
select ops.set_storage_limit(tests.user_id('bo'), null);
select pg_temp.full(pg_temp.create('again', 'bo'), 330, 0, 5000000100, 100, 'taken away, that of everybody is left');
select ops.set_storage_limit(null, null);
select lives_ok(pg_temp.create('again', 'bo'), 'and without that, none');
select is(private.limit_of('stored_bytes', tests.user_id('ana')), null, 'nothing is left of them');

select tests.refuses($$ select ops.set_storage_limit(null, -1) $$, 422, 'invalid_amount', 'maximum', 'a limit is no less than nothing');
select tests.refuses($$ select ops.set_storage_limit(null, 9007199254740992) $$, 422, 'invalid_amount', 'maximum', 'and no more than JSON counts');
select throws_ok($$ select ops.set_storage_limit(tests.user_id('nobody'), 1) $$, '23503', null, 'nobody has one');

-- What an output comes to.
select is(private.output_bytes('{"files": [{"bytes": 7}, {"bytes": 5000000000}], "data": {"files": [{"bytes": 1}]}}'), 5000000007, 'the bytes of its files');
select is(
  array[private.output_bytes(null), private.output_bytes('null'), private.output_bytes('{}'), private.output_bytes('{"files": 3}'), private.output_bytes('{"files": []}')],
  '{0,0,0,0,0}', 'nothing where there are none');
select is(
  private.output_bytes('{"files": [{"bytes": "7"}, {}, 9, null, {"bytes": null}, {"bytes": -4}, {"bytes": 2.9}]}'), 2::bigint,
  'what is no number of bytes counts as none');
select is(private.output_bytes('{"files": [{"bytes": 1e30}, {"bytes": 1e30}]}'), 9007199254740991, 'and what cannot be, as the most that is counted');

select * from finish();
rollback;
