begin;
select plan(36);

-- In São Paulo it is three hours earlier than at Greenwich.
select tests.create_user('ana', 100), tests.create_user('bo', 100), tests.enable_publishing(20);
select tests.connect('ana', n) from unnest(array['a', 'b', 'c']) n;
select tests.connect('bo', 'pictures', 'instagram');
select tests.freeze('2030-03-10 01:00:00Z');
select tests.publish('ana', 'done', 'a'), tests.publish('ana', 'failed', 'b'), tests.publish('ana', 'unknown', 'c');
select tests.publish('ana', 'later', 'a', p_run_at => '2030-03-12 02:59:59Z'), tests.publish('bo', 'pic', 'pictures', 'instagram_feed', '2030-03-12 03:00:00Z');
select tests.freeze('2030-03-10 01:00:20Z');
select tests.post('done'), tests.commit('unknown');
select tests.freeze('2030-03-10 04:00:00Z');
select tests.fail_publication('failed', 'never');
select worker.submit_unknown((tests.job('unknown')).id, (tests.attempt('unknown')).token);
select tests.publish('ana', 'held', 'a'), tests.publish('ana', 'behind', 'a');

create function pg_temp.day(p_day date, p_zone text default 'America/Sao_Paulo', p_filter jsonb default '{}') returns jsonb language sql as $$
  select d from jsonb_array_elements(ops_api.publication_calendar(p_day, p_day + 1, p_zone, p_filter) -> 'days') d
$$;
create function pg_temp.names(p_day jsonb) returns text language sql as $$
  select string_agg(format('%s %s', j.idempotency_key, line ->> 'state'), ', ' order by n)
  from jsonb_array_elements(p_day) with ordinality lines (line, n) join public.jobs j on j.id = (line ->> 'job_id')::uuid
$$;

select is(jsonb_path_query_array(ops_api.publication_calendar('2030-03-09', '2030-03-13', 'America/Sao_Paulo'), '$.days[*].total'), '[1, 4, 1, 1]', 'each day has what has its place in it');
select is(pg_temp.names(pg_temp.day('2030-03-09') -> 'first'), 'done published', 'what was there at ten in the evening was there on that day');
select is(pg_temp.names(pg_temp.day('2030-03-10') -> 'first'), 'failed failed, unknown unknown, held publishing, behind waiting', 'what has ended, is under way and waits, has its place in the order of time');
select is(pg_temp.names(pg_temp.day('2030-03-11') -> 'first'), 'later scheduled', 'one second before midnight is that day');
select is(pg_temp.names(pg_temp.day('2030-03-12') -> 'first'), 'pic scheduled', 'and midnight the next');
select is(pg_temp.names(pg_temp.day('2030-03-12', 'UTC') -> 'first'), 'later scheduled, pic scheduled', 'at Greenwich both are of one day');
select is(pg_temp.day('2030-03-10') -> 'states', '{"failed": 1, "unknown": 1, "publishing": 1, "waiting": 1}', 'counted by state');
select is(pg_temp.day('2030-03-12', 'UTC') -> 'platforms', '{"x": 1, "instagram": 1}', 'and by platform');
select is(ops_api.publication_calendar('2030-03-09', '2030-03-10', 'America/Sao_Paulo') -> 'today', '"2030-03-10"', 'which day it is, is said');
select is(ops_api.publication_calendar('2030-03-09', '2030-03-10', 'Pacific/Kiritimati') -> 'today', '"2030-03-10"', 'as it is there');
select is(ops_api.publication_calendar('2030-03-09', '2030-03-10') -> 'is_complete', 'true', 'it is all there is');

-- On this day clocks are put forward in New York: it has 23 hours.
select is((select (d ->> 'ends')::timestamptz - (d ->> 'begins')::timestamptz from pg_temp.day('2030-03-10', 'America/New_York') d), '23:00:00', 'a day is as long as it is there');

select is((pg_temp.day('2030-03-10', p_filter => '{"state": "failed"}') -> 'total')::int, 1, 'by one state');
select is((pg_temp.day('2030-03-10', p_filter => '{"state": ["failed", "waiting"]}') -> 'total')::int, 2, 'by several');
select is((pg_temp.day('2030-03-12', 'UTC', '{"platform": "instagram"}') -> 'total')::int, 1, 'by platform');
select is((pg_temp.day('2030-03-12', 'UTC', '{"option": "x_post"}') -> 'total')::int, 1, 'by option');
select is(pg_temp.names(pg_temp.day('2030-03-12', 'UTC', jsonb_build_object('user_id', tests.user_id('bo'))) -> 'first'), 'pic scheduled', 'by user');
select is(pg_temp.names(pg_temp.day('2030-03-12', 'UTC', '{"user_email": " BO@example.test"}') -> 'first'), 'pic scheduled', 'by a user''s e-mail');
select is((pg_temp.day('2030-03-12', 'UTC', '{"user_email": "nobody@example.test"}') -> 'total')::int, 0, 'whoever is not there has none');
select is((pg_temp.day('2030-03-12', 'UTC', jsonb_build_object('connection_id', tests.connection_id('a'))) -> 'total')::int, 1, 'by connection');
select is((pg_temp.day('2030-03-10', p_filter => jsonb_build_object('user_id', tests.user_id('nobody'))) -> 'total')::int, 0, 'who has none has none');

select is(line - array['job_id', 'group_id', 'user_id', 'connection_id', 'unknown_at'], '{"user_email": "ana@example.test", "account": "a", "platform": "x",
  "option": "x_post", "state": "published", "at": "2030-03-10T01:00:20+00:00", "due_at": "2030-03-10T01:00:00+00:00", "hold": null, "created_at": "2030-03-10T01:00:00+00:00",
  "started_at": "2030-03-10T01:00:00+00:00", "completed_at": "2030-03-10T01:00:20+00:00", "committed_at": null, "took_ms": 20000, "post_id": "post-1",
  "permalink": "https://platform.test/post-1", "warnings": 0, "resolved": null, "resolved_how": null, "error_code": null, "error_message": null, "retry_count": 0,
  "credits_charged": 1, "refund": "none", "caption": "done"}'::jsonb, 'a publication is told')
from jsonb_array_elements(pg_temp.day('2030-03-09') -> 'first') line;

-- A list, page by page.
create function pg_temp.page(p_limit integer, p_after jsonb default null, p_filter jsonb default '{}') returns jsonb language sql as $$
  select ops_api.publications('2030-03-09', '2030-03-13', p_filter, p_limit, p_after)
$$;
select is(pg_temp.names(pg_temp.page(3) -> 'publications'), 'done published, failed failed, unknown unknown', 'a page');
select is(pg_temp.names(pg_temp.page(3, pg_temp.page(3) -> 'next') -> 'publications'), 'held publishing, behind waiting, later scheduled', 'goes on where the one before has ended, in the same moment too');
select is(pg_temp.names(pg_temp.page(3, pg_temp.page(6) -> 'next') -> 'publications'), 'pic scheduled', 'until the last');
select is(pg_temp.page(200) -> 'next', 'null', 'after which there is none');

-- What somebody says of the unknown one counts.
select public.resolve_publication((tests.job('unknown')).id, 'there', p_reason => 'seen');
select is(pg_temp.day('2030-03-10') -> 'states' -> 'published', '1', 'what somebody has seen there is published');

select tests.refuses($$ select ops_api.publication_calendar('2030-03-09', '2030-03-10', 'nowhere5') $$, 422, 'invalid_input', 'zone', 'a zone has a name');
select tests.refuses($$ select ops_api.publication_calendar('2030-03-09', '2030-03-10', 'BRT') $$, 422, 'invalid_input', 'zone', 'and no abbreviation');
select tests.refuses($$ select ops_api.publication_calendar('2030-03-09', '2030-03-09') $$, 422, 'invalid_input', 'to', 'a calendar has a day');
select tests.refuses($$ select ops_api.publication_calendar('2030-03-09', '2030-05-09') $$, 422, 'invalid_input', 'to', 'and not too many');
select tests.refuses($$ select ops_api.publication_calendar('2030-03-09', '2030-03-10', 'UTC', '{"status": "failed"}') $$, 422, 'invalid_filter', 'status', 'a misspelt filter is none');
select tests.refuses($$ select ops_api.publication_calendar('2030-03-09', '2030-03-10', 'UTC', '{"state": "lost"}') $$, 422, 'invalid_filter', 'state', 'nor is a state that there is not');
select tests.refuses($$ select ops_api.publications('2030-03-09', '2030-03-13', '{"user_id": "ana"}') $$, 422, 'invalid_filter', 'filter', 'nor a user who has no id');
select tests.refuses($$ select ops_api.publications('2030-03-09', '2030-03-13', '{}', 201) $$, 422, 'invalid_input', 'limit', 'a page is of 200 at most');
select tests.refuses($$ select ops_api.publications('2030-03-09', '2030-03-13', '{}', 10, '{"at": "then"}') $$, 422, 'invalid_input', 'after', 'and goes on after something');

select * from finish();
rollback;
