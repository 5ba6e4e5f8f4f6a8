begin;
select plan(16);

select tests.create_user('ana', 3), tests.enable_publishing(5), tests.connect('ana', 'a'), tests.connect('ana', 'b', 'instagram');
select tests.freeze('2030-01-01 00:00:00Z');
create function pg_temp.wish(p_n integer, p_tool text, p_connection text, p_caption text, p_more jsonb default '{}') returns jsonb language sql as $$
  select jsonb_build_object('n', p_n, 'tool', p_tool, 'input', tests.content(p_connection, p_caption), 'idempotency_key', 'k' || p_n, 'metadata', '{"of": "them"}'::jsonb) || p_more
$$;
create temporary table answers as select worker.enqueue_publications(tests.user_id('ana'), jsonb_build_array(
  pg_temp.wish(0, 'x_post', 'a', 'one'), pg_temp.wish(1, 'x_post', 'nobodys', 'two'), pg_temp.wish(2, 'instagram_feed', 'b', 'three', '{"run_at": "2030-01-01T05:00:00Z", "priority": -3}'),
  pg_temp.wish(3, 'x_post', 'a', 'one'), pg_temp.wish(4, 'instagram_reel', 'b', 'five'), pg_temp.wish(5, 'instagram_story', 'b', 'six'), pg_temp.wish(6, 'no_tool', 'b', 'seven'),
  pg_temp.wish(7, 'x_post', 'a', 'eight', '{"priority": 101}'))) as answer;
select is((select jsonb_path_query_array(answer, '$.jobs[*].n') from answers), '[0, 2, 4]', 'those are made that can be');
select is((select jsonb_path_query_array(answer, '$.rejected[*].n') from answers), '[1, 3, 5, 6, 7]', 'of the others it is told');
select is((select jsonb_path_query_array(answer, '$.rejected[*].code') from answers), '["connection_not_found", "duplicate_content", "insufficient_credits", "unknown_tool", "invalid_priority"]', 'why');
select is((select jsonb_path_query_array(answer, '$.rejected[*].status') from answers), '[404, 409, 402, 404, 422]', 'with the status that it had alone');
select is((select answer #>> '{rejected,1,field}' from answers), 'allowDuplicate', 'which field');
select is((select answer #>> '{rejected,1,details,job_id}' from answers), (tests.job('k0')).id::text, 'and what helps to mend it');
select is(tests.balance('ana'), 0, 'what is made is paid for, in order, as far as it goes');
select is((select answer #>> '{jobs,0,job,status}' from answers), 'processing', 'it is told how each stands now');
select is((select answer #>> '{jobs,1,job,run_at}' from answers), '2030-01-01T05:00:00+00:00', 'a time is kept');
select is((tests.job('k2')).priority::text || (tests.job('k2')).metadata, '-3{"of": "them"}', 'and priority and metadata');
select is(tests.running(), '{k0,k4}', 'all that can begin has begun');
select is((select answer -> 'jobs' -> 0 -> 'job' ?| array['ticket', 'idempotency_hash'] from answers), false, 'nothing is told that is nobody''s business');

-- Once more.
create temporary table second as select worker.enqueue_publications(tests.user_id('ana'), jsonb_build_array(
  pg_temp.wish(0, 'x_post', 'a', 'one'), pg_temp.wish(1, 'x_post', 'a', 'two'))) as answer;
select is((select jsonb_path_query_array(answer, '$.jobs[*].is_new') from second), '[false]', 'the same keys are the same jobs');
select is((select answer #>> '{jobs,0,job,id}' from second), (tests.job('k0')).id::text, 'the same ones');
select tests.refuses(format('select worker.enqueue_publications(%L, ''[]'')', tests.user_id('ana')), 422, 'invalid_input', 'wishes', 'nothing is nothing');
select ok(current_setting('esteira.dispatch') = '', 'dispatch goes on');

select * from finish();
rollback;
