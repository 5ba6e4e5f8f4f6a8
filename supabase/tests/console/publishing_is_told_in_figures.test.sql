-- @acceptance 003:298
begin;
select plan(25);

select tests.create_user('ana', 1000), tests.create_user('bo', 100), tests.enable_publishing(20);
select tests.connect('ana', n) from unnest(array['a', 'b', 'c', 'd', 'e', 'f']) n;
select tests.connect('bo', 'pictures', 'instagram');
select tests.freeze('2030-01-01 23:00:00Z');
select tests.publish('ana', n, n) from unnest(array['a', 'b', 'c', 'd', 'e', 'f']) n;
select tests.publish('bo', 'pic', 'pictures', 'instagram_feed', '2030-01-02 00:05:00Z'), tests.publish('ana', 'later', 'a', p_run_at => '2030-01-05 00:00:00Z');
select tests.freeze('2030-01-01 23:00:10Z');
select tests.post('a');
select tests.freeze('2030-01-01 23:00:30Z');
select tests.post('b');
select tests.fail_publication('c', 'never'), tests.commit('d'), tests.commit('e');
select worker.submit_unknown((tests.job(n)).id, (tests.attempt(n)).token) from unnest(array['d', 'e']) n;
select public.resolve_publication((tests.job('e')).id, 'there');
select tests.freeze('2030-01-02 00:05:00Z');
select private.tick();
select tests.freeze('2030-01-02 00:05:04Z');
select tests.post('pic');
select tests.publish('ana', 'held', 'f');
select tests.freeze('2030-01-02 00:06:04Z');

create temporary table told as select ops_api.publication_analytics(3) as m;
select is((m -> 'totals') - array['ms_from_due', 'ms_from_start'], '{"ended": 6, "published": 4, "failed": 1, "cancelled": 0, "unknown": 1, "dead": 1, "success": 0.8000, "retries": 0}'::jsonb,
  'how many were published of those of which it is known; what somebody has seen there is') from told;
select is(m #> '{totals,ms_from_due}', '{"p50": 10000, "p95": 28000}', 'how long it took, by the clock of what was due') from told;
select is(m #> '{platforms,0}' @> '{"platform": "instagram", "ended": 1, "success": 1.0000, "ms_from_due": {"p50": 4000, "p95": 4000}}', true, 'of a platform, what was scheduled from its time on') from told;
select is(jsonb_path_query_array(m, '$.platforms[*].platform'), '["instagram", "x"]', 'of each platform') from told;
select is(jsonb_path_query_array(m, '$.options[*].option'), '["instagram_feed", "x_post"]', 'and option') from told;
select is(jsonb_path_query_array(m, '$.days[*].day'), '["2029-12-31", "2030-01-01", "2030-01-02"]', 'of each day, today is one') from told;
select is(jsonb_path_query_array(m, '$.days[*].published'), '[0, 3, 1]', 'published') from told;
select is(jsonb_path_query_array(m, '$.days[*].success'), '[null, 0.7500, 1.0000]', 'nothing of nothing') from told;
select is(m #> '{errors}', jsonb_build_array(
  jsonb_build_object('error_code', 'out_of_luck', 'platform', 'x', 'option', 'x_post', 'count', 1, 'dead', 1, 'last_at', '2030-01-01T23:00:30+00:00', 'job_id', (tests.job('c')).id),
  jsonb_build_object('error_code', 'outcome_unknown', 'platform', 'x', 'option', 'x_post', 'count', 1, 'dead', 0, 'last_at', '2030-01-01T23:00:30+00:00', 'job_id', (tests.job('d')).id)), 'why, by code') from told;
select is(m #> '{now}', '{"scheduled": 1, "waiting": 1, "publishing": 1, "holds": {"connection_busy": 1}, "oldest_waiting_ms": 60000, "unknown": 1, "is_complete": true}', 'and what is open now') from told;
select is(m -> 'is_complete', 'true', 'of all') from told;

select is(jsonb_path_query_array(ops_api.publication_analytics(2, 'America/Sao_Paulo'), '$.days[*].published'), '[0, 4]', 'days are those of a zone');
select is(ops_api.publication_analytics(1, 'America/Sao_Paulo') -> 'since', '"2030-01-01T03:00:00+00:00"', 'from its midnight');
select is(ops_api.publication_analytics(3, p_filter => '{"platform": "instagram"}') #> '{totals,ended}', '1', 'by platform');
select is(ops_api.publication_analytics(3, p_filter => '{"option": ["x_post"]}') #> '{totals,ended}', '5', 'by option');
select is(ops_api.publication_analytics(3, p_filter => jsonb_build_object('user_id', tests.user_id('bo'))) #> '{totals,ended}', '1', 'by user');
select is(ops_api.publication_analytics(3, p_filter => jsonb_build_object('connection_id', tests.connection_id('a'))) #> '{totals,ended}', '1', 'by connection');
select is(ops_api.publication_analytics(3, p_filter => '{"platform": "tiktok"}') #> '{totals,success}', 'null', 'of none there is no rate');
select is(ops_api.publication_analytics(3, p_filter => '{"platform": "tiktok"}') #> '{totals,ended}', '0', 'and none has ended');

-- What is done again is no dead letter any more.
select public.retry_job((tests.job('c')).id);
select is(ops_api.publication_analytics(3) #> '{totals,dead}', '0', 'what was done again is dead no more');
select is(ops_api.publication_analytics(3) #> '{totals,failed}', '1', 'though it has failed');

select tests.refuses('select ops_api.publication_analytics(0)', 422, 'invalid_input', 'days', 'it is of a day');
select tests.refuses('select ops_api.publication_analytics(91)', 422, 'invalid_input', 'days', 'of ninety at most');
select tests.refuses($$ select ops_api.publication_analytics(7, 'Mars/Olympus') $$, 422, 'invalid_input', 'zone', 'somewhere');
select tests.refuses($$ select ops_api.publication_analytics(7, 'UTC', '[]') $$, 422, 'invalid_filter', 'filter', 'of what a filter says');

select * from finish();
rollback;
