begin;
select plan(10);

select tests.create_user('ana', 100), tests.enable_publishing(20);
select tests.connect('ana', n) from unnest(array['a', 'b', 'c']) n;
select tests.connect('ana', 'ig', 'instagram');
select tests.freeze('2030-01-01 00:00:00Z');
select tests.publish('ana', n, n) from unnest(array['a', 'b', 'c']) n;
select tests.publish('ana', 'ig', 'ig', 'instagram_feed');
select tests.commit(n) from unnest(array['a', 'b', 'ig']) n;
select worker.submit_unknown((tests.job(n)).id, (tests.attempt(n)).token) from unnest(array['a', 'b']) n;
select tests.freeze('2030-01-01 00:10:00Z');
select worker.submit_unknown((tests.job('ig')).id, (tests.attempt('ig')).token);

create function pg_temp.names(p_told jsonb) returns text language sql as $$
  select string_agg(j.idempotency_key, ' ' order by n)
  from jsonb_array_elements(p_told -> 'publications') with ordinality lines (line, n) join public.jobs j on j.id = (line ->> 'job_id')::uuid
$$;
create temporary table pages as select ops_api.unknown_publications('{}', 2) as first;
select is((select pg_temp.names(first) from pages) in ('a b', 'b a'), true, 'those first of which nobody has known for longest');
select is((select pg_temp.names(ops_api.unknown_publications('{}', 2, first -> 'next')) from pages), 'ig', 'page by page');
select is(ops_api.unknown_publications() -> 'total', '3', 'with how many they are');
select is(pg_temp.names(ops_api.unknown_publications('{"platform": "instagram"}')), 'ig', 'by platform');
select is(ops_api.unknown_publications() #> '{publications,2}' @> '{"state": "unknown", "ends_at": "2030-01-08T00:10:00+00:00", "left_ms": 604800000}', true, 'until when somebody may say');

-- An operator says so by the one way to act.
select is(ops.act('resolve', jsonb_build_object('job_id', (tests.job('ig')).id, 'resolved', 'not_there')) -> 'qualified', '1', 'it is for these');
select ops.act('resolve', jsonb_build_object('job_id', (tests.job('ig')).id, 'resolved', 'not_there'), false, 'looked at the account');
select is(pg_temp.names(ops_api.unknown_publications()) in ('a b', 'b a'), true, 'what somebody has looked at is in the list no more');
select is(tests.balance('ana'), 97, 'and is paid back');
select tests.freeze('2030-01-20 00:00:00Z');
select is(ops_api.unknown_publications() #> '{publications,0,left_ms}', '0', 'no time is negative');
select tests.refuses($$ select ops_api.unknown_publications('{"state": "unknown"}') $$, 422, 'invalid_filter', 'state', 'they are in one state');

select * from finish();
rollback;
