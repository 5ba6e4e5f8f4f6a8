begin;
select plan(36);
select tests.freeze('2030-01-01 00:00:00Z');
select tests.create_user('ana', 100), tests.create_user('sue', 0);
update auth.users set raw_app_meta_data = '{"role": "support"}' where id = tests.user_id('sue');
select tests.enable_echo(5);
select tests.create_job('ana', key) from unnest('{j1,j2,j3}'::text[]) key;
select tests.submit('j1', 'task-j1'), tests.later('41 seconds'), tests.webhook('j1', 'e1', null, null, 'task-j1');
select tests.later('1 second'), tests.webhook('j1', 'e2', null, null, 'another task');
select tests.submit('j2', 'task-j2'), tests.cancel('j2'), tests.later('1 second'), tests.webhook('j2', 'e3', 'succeeded', 1, 'task-j2');
select tests.later('1 second'), worker.webhook_refused('echo', (tests.job('j3')).id, 'bad_signature');
select tests.later('1 second'), worker.webhook_refused('echo', (tests.job('j3')).id, 'bad_signature');
select tests.later('1 second'), worker.webhook_refused('echo', (tests.job('j1')).id, 'wrong_token');
select tests.later('1 second');
select set_config('tests.j' || n, (tests.job('j' || n)).id::text, true) from generate_series(1, 3) n;
create function pg_temp.verdicts(p_page jsonb) returns text[] language sql as $$
  select coalesce(array_agg(w ->> 'verdict' order by n), '{}') from jsonb_array_elements(p_page -> 'webhooks') with ordinality e (w, n)
$$;
create function pg_temp.pages(p_filter jsonb, p_limit integer) returns setof jsonb language sql as $$
  with recursive pages as (
    select ops_api.webhooks(p_filter, p_limit) as page union all
    select ops_api.webhooks(p_filter, p_limit, page -> 'next') from pages where page ->> 'next' is not null)
  select w from pages, jsonb_array_elements(page -> 'webhooks') w
$$;

select tests.as_admin();
select is(pg_temp.verdicts(ops_api.webhooks()), '{wrong_token,bad_signature,late,other_task,accepted}', 'the newest first, whether believed or not');
select is(ops_api.webhooks() - 'webhooks', '{"next": null, "looked_at": 5, "is_complete": true}', 'and that was all');
select is(ops_api.webhooks() #> '{webhooks,1}' @> '{"times": 2, "is_refused": true, "event_id": null, "can_replay": false}', true, 'those of a job that were refused for one reason are one line');
select is(ops_api.webhooks() #>> '{webhooks,1,age_ms}', '2000', 'how old it is');
select is(ops_api.webhooks() #>> '{webhooks,4,after_ms}', '41000', 'how long after the submit it came');
select is(ops_api.webhooks() #>> '{webhooks,4,user_email}', 'ana@example.test', 'whose it is');
select is(ops_api.webhooks() #>> '{webhooks,4,can_replay}', 'true', 'one of an open attempt can be replayed');
select is(ops_api.webhooks() #>> '{webhooks,2,can_replay}', 'false', 'one of a job that is over cannot');
select ok(ops_api.webhooks()::text !~ '"(payload|headers|token)":', 'a list has no bodies and no tokens');

-- Filters.
select is(pg_temp.verdicts(ops_api.webhooks('{"refused": true}')), '{wrong_token,bad_signature}', 'those that were refused');
select is(pg_temp.verdicts(ops_api.webhooks('{"refused": false}')), '{late,other_task,accepted}', 'those that were not');
select is(pg_temp.verdicts(ops_api.webhooks('{"verdict": "late"}')), '{late}', 'by what became of it');
select is(pg_temp.verdicts(ops_api.webhooks('{"verdict": "bad_signature"}')), '{bad_signature}', 'or why it was refused');
select is(pg_temp.verdicts(ops_api.webhooks('{"provider": "fal"}')), '{}', 'by provider');
select is(pg_temp.verdicts(ops_api.webhooks('{"provider": "echo", "verdict": "accepted"}')), '{accepted}', 'all of it together');
select is(pg_temp.verdicts(ops_api.webhooks(jsonb_build_object('job_id', current_setting('tests.j1')))), '{wrong_token,other_task,accepted}', 'by job');
select is(ops_api.webhooks('{"verdict": "late"}') ->> 'looked_at', '5', 'it says how many it has looked at');
select tests.refuses($$ select ops_api.webhooks('{"jobs": 1}') $$, 422, 'invalid_filter', 'jobs', 'a filter that there is not means nothing');
select tests.refuses($$ select ops_api.webhooks('{"job_id": "x"}') $$, 422, 'invalid_filter', 'filter', 'nor does one that cannot be read');
select tests.refuses($$ select ops_api.webhooks('[]') $$, 422, 'invalid_filter', 'filter', 'nor one that is none');
select tests.refuses($$ select ops_api.webhooks('{}', 201) $$, 422, 'invalid_input', 'limit', 'a page has an end');
select tests.refuses($$ select ops_api.webhooks('{}', 5, '{"at": "x"}') $$, 422, 'invalid_input', 'before', 'and a place to begin');

-- Pages: nothing twice, nothing missed, also of what came in one moment.
select is((select array_agg(w ->> 'verdict') from pg_temp.pages('{}', 1) w), '{wrong_token,bad_signature,late,other_task,accepted}', 'page by page it is the same');
select is((select array_agg(w ->> 'verdict') from pg_temp.pages('{"verdict": "accepted"}', 1) w), '{accepted}', 'with a filter, too');
select tests.reset();
insert into private.webhook_events (provider, dedupe_key, user_id, job_id, attempt, verified_by, payload, verdict, received_at)
select 'many', 'k' || n, tests.user_id('ana'), current_setting('tests.j1')::uuid, 1, 'token', '{}', 'accepted', private.now() from generate_series(1, 40) n;
select tests.as_admin();
select is((select count(distinct w ->> 'id') from pg_temp.pages('{"provider": "many"}', 7) w), 40::bigint, 'forty of one moment are forty');
select is((select count(*) from pg_temp.pages('{"provider": "many"}', 7) w), 40::bigint, 'each once');
select is((select count(distinct w ->> 'id') from pg_temp.pages('{}', 7) w), 45::bigint, 'among all the others');

-- How it came, as text: no number is altered.
select tests.reset();
insert into private.webhook_events (provider, dedupe_key, user_id, job_id, attempt, verified_by, headers, payload, verdict, received_at)
values ('raw', 'big', tests.user_id('ana'), current_setting('tests.j1')::uuid, 1, 'token', '{"x-n": "1"}', '{"webappId": 18772652455669227539, "price": 0.10}', 'accepted', private.now()),
  ('raw', 'plain', tests.user_id('ana'), current_setting('tests.j1')::uuid, 1, 'token', '{}', '"not JSON: 1"', 'accepted', private.now());
select set_config('tests.big', max(event_id) filter (where dedupe_key = 'big')::text, true), set_config('tests.plain', max(event_id) filter (where dedupe_key = 'plain')::text, true)
from private.webhook_events;
select tests.as_admin();
select is(ops_api.webhook(current_setting('tests.big')::bigint) ->> 'payload', E'{\n    "price": 0.10,\n    "webappId": 18772652455669227539\n}', 'a number of twenty digits is what it was');
select is(ops_api.webhook(current_setting('tests.big')::bigint) ->> 'headers', E'{\n    "x-n": "1"\n}', 'and so are headers');
select is(ops_api.webhook(current_setting('tests.plain')::bigint) ->> 'payload', 'not JSON: 1', 'what was no JSON is that text');
select tests.refuses('select ops_api.webhook(0)', 404, 'not_found', 'event_id', 'there is no such webhook');
select tests.reset();
select tests.as_gone('sue', 'support');
select is(ops_api.webhook(current_setting('tests.big')::bigint) ->> 'payload', E'{\n    "price": "•••",\n    "webappId": "•••"\n}', 'support sees its shape');
select is(ops_api.webhook(current_setting('tests.big')::bigint) ->> 'headers', E'{\n    "x-n": "•••"\n}', 'and that of headers');
select is(ops_api.webhook(current_setting('tests.plain')::bigint) ->> 'payload', '•••', 'and of text nothing');
select is(ops_api.webhook(current_setting('tests.big')::bigint) ->> 'is_masked', 'true', 'and is told that it is masked');

-- A user who leaves takes it along.
select tests.reset();
select ops.forget_user(tests.user_id('ana'));
select tests.as_admin();
select is(ops_api.webhooks() -> 'webhooks', '[]', 'of who is gone nothing is left in it');
select * from finish();
rollback;
