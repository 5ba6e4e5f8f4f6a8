begin;
select plan(24);
select tests.freeze('2030-01-01 00:00:00Z');
select tests.create_user('ana', 50), tests.create_user('bo', 50), tests.create_user('sue', 0), tests.create_user('root', 0);
update auth.users set raw_app_meta_data = '{"role": "support"}' where id = tests.user_id('sue');
update auth.users set raw_app_meta_data = '{"role": "admin"}' where id = tests.user_id('root');
select tests.enable_echo(5);
select tests.create_job('ana', 'one'), tests.fail('one', 'never'), tests.create_job('bo', 'two'), tests.fail('two', 'never');
select set_config('tests.one', (tests.job('one')).id::text, true), set_config('tests.two', (tests.job('two')).id::text, true);
select tests.as_gone('sue', 'support');
select ops_api.act('retry', jsonb_build_object('job_id', current_setting('tests.one')), false, 'She asked');
select tests.as_gone('root', 'admin');
select ops_api.act('pause', '{"lane": "echo"}', false, 'It is down'), ops_api.act('resume', '{"lane": "echo"}', false);
select ops_api.act('pause', jsonb_build_object('user_id', tests.user_id('bo')), false, 'A robot'), ops_api.act('redrive', jsonb_build_object('job_id', current_setting('tests.two')), false);
select tests.reset();
select ops.set_support_limit('refunds_a_day', 7);
select tests.later('1 minute');
create function pg_temp.actions(p_page jsonb) returns text[] language sql as $$
  select coalesce(array_agg(a ->> 'action' order by n), '{}') from jsonb_array_elements(p_page -> 'acts') with ordinality e (a, n)
$$;
create function pg_temp.pages(p_filter jsonb, p_limit integer) returns text[] language sql as $$
  with recursive pages as (
    select ops_api.find_acts(p_filter, p_limit) as page, 1 as n union all
    select ops_api.find_acts(p_filter, p_limit, (page ->> 'next')::bigint), n + 1 from pages where page ->> 'next' is not null)
  select array_agg(a order by n) from pages, unnest(pg_temp.actions(page)) a
$$;

select tests.as_gone('root', 'admin');
select is(pg_temp.actions(ops_api.find_acts()), '{set_support_limit,redrive,pause,resume,pause,retry}', 'the last first');
select is(ops_api.find_acts() - 'acts', '{"next": null, "looked_at": 6, "is_complete": true}', 'and that was all');
select is(ops_api.find_acts() #> '{acts,5}' @> '{"actor_email": "sue@example.test", "actor_role": "support", "reason": "She asked", "run_state": "done", "age_ms": 60000}', true, 'who did it, and why');
select is(ops_api.find_acts() #>> '{acts,5,job_id}', current_setting('tests.one'), 'to which job');
select isnt(ops_api.find_acts() #>> '{acts,5,run_id}', null, 'and which run it was');
select is(ops_api.find_acts() #>> '{acts,0,actor}', null, 'in SQL nobody is signed in');
select is(ops_api.find_acts() #>> '{acts,4,filter}', E'{\n    "lane": "echo"\n}', 'the filter as it was given, as text');
select is(pg_temp.actions(ops_api.find_acts('{"action": "pause"}')), '{pause,pause}', 'by action');
select is(pg_temp.actions(ops_api.find_acts(jsonb_build_object('actor', tests.user_id('sue')))), '{retry}', 'by who it was');
select is(pg_temp.actions(ops_api.find_acts(jsonb_build_object('about', tests.user_id('bo')))), '{pause}', 'by user');
select is(pg_temp.actions(ops_api.find_acts(jsonb_build_object('about', current_setting('tests.two')))), '{redrive}', 'by job');
select is(pg_temp.actions(ops_api.find_acts(jsonb_build_object('run_id', ops_api.find_acts() #>> '{acts,5,run_id}'))), '{retry}', 'by run');
select is(pg_temp.pages('{}', 1), '{set_support_limit,redrive,pause,resume,pause,retry}', 'one by one it is the same');
select is(pg_temp.pages('{}', 4), '{set_support_limit,redrive,pause,resume,pause,retry}', 'and by fours');
select is(pg_temp.pages('{"action": "pause"}', 1), '{pause,pause}', 'with a filter, too');
select tests.refuses($$ select ops_api.find_acts('{"actors": 1}') $$, 422, 'invalid_filter', 'actors', 'a filter that there is not means nothing');
select tests.refuses($$ select ops_api.find_acts('{"actor": "sue"}') $$, 422, 'invalid_filter', 'filter', 'nor does one that cannot be read');
select tests.refuses($$ select ops_api.find_acts('[]') $$, 422, 'invalid_filter', 'filter', 'nor one that is none');
select tests.refuses($$ select ops_api.find_acts('{}', 0) $$, 422, 'invalid_input', 'limit', 'a page has something on it');

select tests.as_gone('sue', 'support');
select is(pg_temp.actions(ops_api.find_acts()), '{retry}', 'support sees what they have done');
select is(pg_temp.actions(ops_api.find_acts(jsonb_build_object('actor', tests.user_id('root')))), '{retry}', 'whoever they ask for');
select tests.as_user('ana');
select tests.refuses('select ops_api.find_acts()', 403, 'not_an_operator', null, 'a user sees nothing of it');

-- Who leaves is in it no more, on either side.
select tests.reset();
select ops.forget_user(tests.user_id('bo')), ops.forget_user(tests.user_id('sue'));
select tests.as_gone('root', 'admin');
select is((select array_agg(concat_ws(' ', a ->> 'action', a ->> 'is_forgotten', a ->> 'reason', a ->> 'user_id', a ->> 'job_id') order by n)
  from jsonb_array_elements(ops_api.find_acts() -> 'acts') with ordinality e (a, n) where a ->> 'is_forgotten' = 'true'), '{redrive true,pause true}', 'whom it was done to is forgotten');
select is((select count(*) from jsonb_array_elements(ops_api.find_acts() -> 'acts') a where a::text ~ concat_ws('|', tests.user_id('bo'), tests.user_id('sue'), 'sue@', 'robot')), 0::bigint, 'and so is who it was');
select * from finish();
rollback;
