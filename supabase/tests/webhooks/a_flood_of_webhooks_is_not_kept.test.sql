-- Three thousand webhooks of one token: a hundred are stored, the history tells of a few, and the last word is heard.
begin;
select plan(27);

select tests.create_user('ana', 100);
select tests.enable_echo(10);
create function pg_temp.flood(p_key text, p_count integer, p_word text default null, p_external_id text default 'task-1', p_from integer default 1)
returns text language sql as $$
  select string_agg(verdict || ' ' || n, ', ' order by verdict) from (
    select verdict, count(*) as n from (
      select worker.webhook('echo', p_key || coalesce(p_word, '') || p_external_id || n, (tests.job(p_key)).id, (tests.attempt(p_key)).token, 'token', '{}',
        jsonb_build_object('n', n), p_word, p_external_id) ->> 'verdict' as verdict
      from generate_series(p_from, p_from + p_count - 1) n) calls group by verdict) v
$$;
create function pg_temp.told(p_key text) returns bigint language sql as $$
  select count(*) from unnest(tests.steps(p_key)) step where step = 'webhook_received'
$$;
create function pg_temp.stored(p_key text) returns bigint language sql as $$
  select count(*) from private.webhook_events where job_id = (tests.job(p_key)).id
$$;

-- The edges of both bounds.
select tests.create_job('ana', 'edges'), tests.submit('edges');
select is(pg_temp.flood('edges', 9), 'accepted 9', 'nine');
select is(pg_temp.told('edges'), 9::bigint, 'are told of, each');
select is(pg_temp.flood('edges', 1, p_from => 10), 'accepted 1', 'ten');
select is(pg_temp.told('edges'), 10::bigint, 'too');
select is(pg_temp.flood('edges', 5, p_from => 11), 'accepted 5', 'fifteen');
select is(pg_temp.told('edges'), 10::bigint, 'are not');
select is(pg_temp.flood('edges', 1, p_from => 16), 'accepted 1', 'sixteen');
select is(tests.entry('edges', 'webhook_received'), '{"webhooks": 16}', 'are, with their number');
select is(pg_temp.flood('edges', 83, p_from => 17), 'accepted 83', 'ninety-nine are stored');
select is(pg_temp.flood('edges', 1, p_from => 100), 'accepted 1', 'so is the hundredth');
select is(pg_temp.flood('edges', 1, p_from => 101), 'too_many 1', 'and no other');
select is(pg_temp.flood('edges', 1, p_from => 5), 'too_many 1', 'not even one that came before');

-- A flood, and what it may not hide.
select tests.create_job('ana', 'flood'), tests.submit('flood');
select is(pg_temp.flood('flood', 3000), 'accepted 100, too_many 2900', 'a hundred of three thousand');
select is(pg_temp.stored('flood'), 100::bigint, 'are stored');
select is(pg_temp.told('flood'), 13::bigint, 'and a few told of');
select is((select count(*) from tests.messages('settle_queue') where message ->> 'job_id' = (tests.job('flood')).id::text and message ->> 'kind' is null),
  100::bigint, 'the provider is asked no oftener');
select is(pg_temp.flood('flood', 500, 'failed'), 'accepted 1, too_many 499', 'its first final word is heard');
select is(pg_temp.flood('flood', 500, 'succeeded'), 'accepted 1, too_many 499', 'and a better one');
select is(pg_temp.flood('flood', 500, 'failed', p_from => 501), 'too_many 500', 'a worse one is not');
select is((tests.attempt('flood')).word, 'succeeded', 'the last word');
select is(pg_temp.told('flood'), 15::bigint, 'is told of as well');

-- About other tasks, and after the end.
select tests.create_job('ana', 'other'), tests.submit('other');
select is(pg_temp.flood('other', 3000, 'failed', 'task-2'), 'other_task 100, too_many 2900', 'words about another task are no news');
select tests.create_job('ana', 'late'), tests.submit('late'), tests.cancel('late');
select is(pg_temp.flood('late', 300), 'late 100, too_many 200', 'those that come late are stored as few');
select is((select count(*)::integer from private.slots where job_id = (tests.job('late')).id), 1, 'the task may live');
select is(pg_temp.flood('late', 1, 'failed'), 'too_many 1', 'a last word that is not stored');
select is((select count(*)::integer from private.slots where job_id = (tests.job('late')).id), 0, 'is heard: its slot is free');

-- Another attempt is heard anew.
select tests.create_job('ana', 'again'), tests.submit('again');
select pg_temp.flood('again', 300);
select tests.fail('again', 'backoff'), tests.later('1 hour'), private.dispatch('echo');
select tests.submit('again', 'task-1');
select is(pg_temp.flood('again', 300, p_from => 1000), 'accepted 100, too_many 200', 'a new attempt has a hundred of its own');

select * from finish();
rollback;
