begin;
select plan(35);

create function pg_temp.line(p_name text) returns text language sql as $$
  select string_agg(concat_ws(' ', area, verdict), ', ') from ops.setup_check() where name = p_name
$$;
create function pg_temp.detail(p_name text, p_area text default null) returns text language sql as $$
  select detail from ops.setup_check() where name = p_name and area = coalesce(p_area, area)
$$;
create function pg_temp.answer(p_place integer, p_status integer, p_content text, p_error text default null) returns void
language sql as $$
  insert into net._http_response (id, status_code, content, error_msg, timed_out, created)
  select request_ids[p_place], p_status, p_content, p_error, false, clock_timestamp() from private.throttles where name = 'setup';
$$;
create function pg_temp.ask_again() returns void language sql as $$
  delete from private.throttles where name = 'setup';
  select count(*) from ops.setup_check();
$$;
delete from vault.secrets where name in ('project_url', 'worker_secret_key', 'alert_webhook_url');

select is(pg_temp.line('PostgreSQL'), 'database ok', 'the server is new enough');
select is((select count(*) from ops.setup_check() where name like 'extension %' and verdict = 'ok'), 5::bigint, 'so are the extensions');
select is(pg_temp.line('writing'), 'database ok', 'it can be written to');
select is(pg_temp.line('schema'), 'database ok', 'the schema says its version');

-- Secrets.
select is(pg_temp.line('project_url'), 'secrets error', 'no address');
select is(pg_temp.line('functions'), 'functions unknown', 'so nobody can be asked');
select ops.set_secret('project_url', 'http://project.test');
select is(pg_temp.line('worker_secret_key'), 'secrets error', 'no key');
select ops.set_secret('worker_secret_key', 'sb_publishable_x');
select matches(pg_temp.detail('worker_secret_key', 'secrets'), 'publishable', 'a publishable key is none');
select ops.set_secret('worker_secret_key', 'eyJhbGciOi');
select matches(pg_temp.detail('worker_secret_key', 'secrets'), 'old kind', 'nor is one of the old kind');
select ops.set_secret('worker_secret_key', 'sb_secret_tests');
select is(pg_temp.line('worker_secret_key'), 'secrets ok', 'a secret key is one');
select is(pg_temp.line('alert_webhook_url'), 'secrets warn', 'that nobody is told of alerts is not as it should be');
select is_empty($$ select from ops.setup_check() s where s::text like '%sb_secret_tests%' $$, 'no secret is shown');

-- Functions: asked by the first call, told of by a later one.
delete from net.http_request_queue where true;
select pg_temp.ask_again();
select is((select count(*) from tests.pokes()), (cardinality(private.functions()) + 1)::bigint, 'each function is asked, and health for what it sees');
select is(pg_temp.line('jobs'), 'functions asked', 'which is said');
select is((select count(*) from tests.pokes()), (cardinality(private.functions()) + 1)::bigint, 'once a minute');
select worker.seen('jobs', public.esteira_version());
select pg_temp.answer(2, 401, '{"error":{"code":"unauthenticated","message":"Sign in first.","details":{}}}');
select is(pg_temp.line('jobs'), 'functions ok', 'whatever it answers, it answers');
select pg_temp.answer(3, 404, '{"code":"NOT_FOUND","message":"Requested function was not found"}');
select is(pg_temp.line('models'), 'functions error', 'one that is not deployed');
select pg_temp.answer(4, 401, '{"code":401,"message":"Missing authorization header"}');
select matches((select repair from ops.setup_check() where name = 'connections'), 'verify_jwt', 'one that the platform guards');
select pg_temp.answer(5, null, null, 'Couldn''t resolve host name');
select matches(pg_temp.detail('publications'), 'Couldn''t resolve host name', 'one that is not there');
select worker.seen('events', '0.1.0');
select pg_temp.answer(6, 200, '{}');
select is(pg_temp.line('events'), 'functions warn', 'one of an earlier release');
select pg_temp.answer(7, 503, '{"error":{"code":"schema_too_old","message":"Esteira is being upgraded.","details":{}}}');
select is((select repair from ops.setup_check() where name = 'worker'), 'supabase db push --remote', 'one of a later release');

-- What health sees.
select pg_temp.answer(1, 401, '{"error":{"code":"unauthenticated","message":"","details":{}}}');
select is((select verdict from ops.setup_check() where name = 'worker_secret_key' and area = 'outside'), 'error', 'a key that is none of the project''s');
select pg_temp.ask_again();
select pg_temp.answer(1, 503, '{"error":{"code":"misconfigured","message":"","details":{"reason":"schema_not_exposed"}}}');
select is(pg_temp.line('schema worker'), 'outside error', 'a schema that is not exposed');
select pg_temp.ask_again();
select pg_temp.answer(1, 200, '{"status":"ok","checks":[{"name":"Realtime","verdict":"warn","detail":"It takes public channels."}]}');
select is(pg_temp.line('schema worker'), 'outside ok', 'one that is');
select is(pg_temp.line('Realtime'), 'outside warn', 'and what else it has seen');
select pg_temp.ask_again();
select pg_temp.answer(1, 503, '{"error":{"code":"unhealthy","message":"","details":{"checks":[{"name":"Auth","verdict":"ok","detail":"x"}]}}}');
select is(pg_temp.line('Auth'), 'outside ok', 'also where something is broken');

-- Schedules, buckets, tools.
select private.beat(part, '{}') from private.parts();
select is(pg_temp.line('pg_cron'), 'schedules ok', 'the schedules run');
insert into private.faults (part, sqlstate, error, since, last_at)
select 'esteira-alerts', '55P03', 'canceling statement due to lock timeout', at, at
from (select private.now() - interval '2 minutes' as at) f;
select is(pg_temp.line('esteira-alerts'), 'schedules warn', 'one that has failed of late, and has run to its end since');
update private.heartbeats set beat_at = private.now() - interval '3 minutes' where name = 'esteira-alerts';
select is(pg_temp.line('esteira-alerts'), 'schedules error', 'one whose last run has failed');
delete from private.faults where part = 'esteira-alerts';
update private.heartbeats set beat_at = private.now() where name = 'esteira-alerts';
select cron.unschedule('esteira-tick');
select is(pg_temp.line('esteira-tick'), 'schedules error', 'but for one that is not scheduled');
update storage.buckets set public = true where id = 'inputs';
select is(pg_temp.line('bucket inputs'), 'files error', 'a public bucket');
select tests.enable_echo(2);
select is(pg_temp.line('echo'), 'tools ok', 'a tool that has slots');
select ops.pause_account(tests.account_id('echo'), 'the key is being changed');
select is(pg_temp.detail('echo'), 'No account of lane echo takes work now: the key is being changed.', 'one whose account is paused');
select vault.update_secret((select id from vault.secrets where name = 'tests_api_key'), ' ');
select is(pg_temp.line('tests_api_key'), 'secrets error', 'one whose key is not there');
update private.accounts set retired_at = now() where lane = 'echo';
select is(pg_temp.line('echo'), 'tools error', 'one that has no account never runs');

select * from finish();
rollback;
