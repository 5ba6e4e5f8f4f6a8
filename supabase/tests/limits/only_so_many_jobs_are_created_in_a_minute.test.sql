begin;
select plan(38);

select tests.freeze('2030-01-01 00:00:00Z');
select tests.create_user('ana', 1000), tests.create_user('bo', 1000);
select tests.enable_echo(0);
create function pg_temp.create(p_key text, p_by_user boolean, p_user text default 'ana') returns text language sql as $$
  select format('select public.create_job(%L, ''echo'', ''{}'', p_idempotency_key => %L, p_by_user => %L)',
    tests.user_id(p_user), p_key, p_by_user)
$$;
create function pg_temp.batch(p_count integer, p_by_user boolean, p_user text default 'ana', p_key text default null) returns text
language sql as $$
  select format('select public.create_jobs(%L, %L, p_by_user => %L)', tests.user_id(p_user), (
    select jsonb_agg(jsonb_build_object('tool', 'echo', 'input', '{}'::jsonb, 'idempotency_key', p_key || n))
    from generate_series(1, p_count) n), p_by_user)
$$;
create function pg_temp.refused(p_sql text, p_limit bigint, p_retry_at timestamptz, p_description text) returns text
language sql as $$
  select tests.refuses(p_sql, 429, 'too_many_creates', tests.limited(p_limit, p_retry_at), p_description)
$$;

-- Singles, at the limit's edges; users and servers each by a limit of their own.
select ops.set_limit('creates_a_minute', 3), ops.set_limit('creates_a_minute_by_server', 5);
select lives_ok(pg_temp.create('u1', true), 'one of three');
select tests.freeze('2030-01-01 00:00:10Z');
select lives_ok(pg_temp.create('u2', true), 'one less than may be');
select tests.freeze('2030-01-01 00:00:20Z');
select lives_ok(pg_temp.create('u3', true), 'as many as may be');
select pg_temp.refused(pg_temp.create('u4', true), 3, '2030-01-01 00:01:00Z', 'one more');
select is(tests.balance('ana'), 997, 'is not charged');
select is((select count(*) from public.jobs), 3::bigint, 'nor written');
select lives_ok(pg_temp.create('u1', true), 'a key that was used before is answered');
select lives_ok(pg_temp.create('bo1', true, 'bo'), 'another user has as many');
select lives_ok(pg_temp.create('s' || n, false), 'a server''s are not the user''s') from generate_series(1, 5) n;
select pg_temp.refused(pg_temp.create('s6', false), 5, '2030-01-01 00:01:20Z', 'but they are counted too');

-- The minute slides.
select tests.freeze('2030-01-01 00:00:59.999999Z');
select pg_temp.refused(pg_temp.create('u4', true), 3, '2030-01-01 00:01:00Z', 'a microsecond too soon');
select tests.freeze('2030-01-01 00:01:00Z');
select lives_ok(pg_temp.create('u4', true), 'when it was said to be possible, it is');
select pg_temp.refused(pg_temp.create('u5', true), 3, '2030-01-01 00:01:10Z', 'until the next has left');

-- Batches, at the same edges.
select tests.freeze('2030-01-01 01:00:00Z');
select pg_temp.refused(pg_temp.batch(4, true), 3, null, 'a batch that can never pass is told no time');
select lives_ok(pg_temp.batch(2, true), 'one less than may be');
select tests.freeze('2030-01-01 01:00:30Z');
select pg_temp.refused(pg_temp.batch(2, true), 3, '2030-01-01 01:01:00Z', 'two more');
select lives_ok(pg_temp.batch(1, true, p_key => 'k'), 'as many as may be');
select pg_temp.refused(pg_temp.batch(1, true), 3, '2030-01-01 01:01:00Z', 'one more');
select lives_ok(pg_temp.batch(1, true, p_key => 'k'), 'a batch of nothing new is answered');
select tests.freeze('2030-01-01 01:01:00Z');
select pg_temp.refused(pg_temp.batch(3, true), 3, '2030-01-01 01:01:30Z', 'all of a batch have to fit');
select lives_ok(pg_temp.batch(2, true), 'and when they do');
select lives_ok(pg_temp.batch(5, false), 'a server''s batch, by its own limit');
select pg_temp.refused(pg_temp.batch(1, false), 5, '2030-01-01 01:02:00Z', 'which is full then');

-- A retry is a new job as well.
select tests.cancel('u1'), tests.cancel('u2');
select tests.freeze('2030-01-01 02:00:00Z');
select lives_ok(pg_temp.batch(3, true), 'three by the user');
select pg_temp.refused(
  format('select public.retry_job(%L, p_by_user => true)', (tests.job('u1')).id), 3, '2030-01-01 02:01:00Z',
  'a retry that the user asks for is one too many');
select lives_ok(format('select public.retry_job(%L)', (tests.job('u1')).id), 'one that a server asks for is not');
select tests.as_user('ana');
select tests.refuses(
  format('select public.retry_job(%L)', id), 429, 'too_many_creates', '{"limit": 3, "retryAt": "2030-01-01T02:01:00.000000Z"}',
  'who is signed in is the user, whatever is said')
from public.jobs where idempotency_key = 'u2';
select tests.reset();
select tests.freeze('2030-01-01 02:01:00Z');
select public.retry_job((tests.job('u2')).id, p_by_user => true);
select is(
  (select is_by_user from public.jobs where retried_from = (tests.job('u2')).id), true, 'and a retry counts as the user''s');

-- A clock that is set back locks nobody out, a limit that was lowered lets in nobody, none lets in everybody.
select tests.freeze('2029-01-01 00:00:00Z');
select lives_ok(pg_temp.batch(3, true), 'jobs of the future are not of this minute');
select ops.set_limit('creates_a_minute', 0);
select pg_temp.refused(pg_temp.create('none', true), 0, null, 'nothing at all');
select ops.set_limit('creates_a_minute', 4, tests.user_id('ana'));
select lives_ok(pg_temp.create('own', true), 'a user''s own limit goes before');
select tests.create_user('zoe');
select is(private.limit_of('creates_a_minute', tests.user_id('zoe')), 0::bigint, 'and is nobody else''s');
select ops.set_limit('projects', 7, tests.user_id('ana')), ops.set_limit('creates_a_minute', 3, tests.user_id('ana')),
  ops.set_limit('creates_a_minute', null, tests.user_id('ana'));
select is(private.limit_of('projects', tests.user_id('ana')), 7::bigint, 'one that is lifted leaves the others');
select ops.set_limit('creates_a_minute', null, tests.user_id('ana')), ops.set_limit('creates_a_minute', null);
select lives_ok(pg_temp.batch(300, true), 'without a limit any number');

select * from finish();
rollback;
