begin;
select plan(30);

create function pg_temp.first(p_key text default 'one') returns text language sql as $$
  select concat_ws(' ', level, code, subject) from ops.diagnose((tests.job(p_key)).id) where rank = 1
$$;
create function pg_temp.poke() returns bigint language plpgsql as $$
begin
  update private.throttles set passed_at = passed_at - interval '5 seconds' where name = 'poke:echo';
  perform private.poke('echo');
  return (select request_ids[1] from private.throttles where name = 'poke:echo');
end
$$;
create function pg_temp.answer(p_status integer, p_content text default null, p_error text default null) returns void
language plpgsql as $$
declare
  v_id bigint := pg_temp.poke();
begin
  delete from net.http_request_queue where true;
  insert into net._http_response (id, status_code, content, error_msg, timed_out, created)
  values (v_id, p_status, p_content, p_error, false, clock_timestamp());
end
$$;
create function pg_temp.unread(p_for interval default '1 minute') returns void language plpgsql as $$
begin
  update pgmq.q_echo_queue set vt = clock_timestamp() - p_for where true;
end
$$;

select tests.create_user('ana');
select tests.enable_echo(1);
delete from vault.secrets where name in ('project_url', 'worker_secret_key');
delete from private.throttles where true;
select tests.create_job('ana', 'one');
select is(pg_temp.first(), 'info submitting echo', 'who made the work may do it: nothing is missing yet');
select pg_temp.unread();
select is(pg_temp.first(), 'error vault_secret_missing project_url', 'nobody reads, and there is no address to wake the worker at');
select ops.set_secret('project_url', 'http://project.test');
select is(pg_temp.first(), 'error vault_secret_missing worker_secret_key', 'or no key to wake it with');
select is((select repair_sql from ops.diagnose((tests.job('one')).id) where rank = 1),
  'select ops.set_secret(''worker_secret_key'', ''<a secret key>'')', 'which is to be set');
select vault.update_secret((select id from vault.secrets where name = 'project_url'), 'project.test');
select is(pg_temp.first(), 'error vault_secret_missing project_url', 'an address that is none is no address');
select tests.deploy();

select is(pg_temp.first() like '%submitting%', true, 'nobody reads, and nobody was called: the next tick does that');

-- pg_net sends nothing.
select pg_temp.poke();
select is(pg_temp.first() like '%submitting%', true, 'it was called just now: that says nothing yet');
update private.throttles set passed_at = clock_timestamp() - interval '1 minute' where name = 'poke:echo';
select is(pg_temp.first(), 'error worker_not_woken worker', 'a call that lies at pg_net for a minute');
select is((select repair_sql from ops.diagnose((tests.job('one')).id) where rank = 1), 'select net.worker_restart()', 'which is to be restarted');

delete from net.http_request_queue where true;
select is(pg_temp.first(), 'warn telemetry_stale wake-ups', 'a call that was sent, and of which nothing is left');
select is((select expected_at from ops.diagnose((tests.job('one')).id) where rank = 1), null, 'from which nothing is inferred');

-- What comes back.
select pg_temp.answer(401, '{"error": {"code": "unauthenticated", "message": "Sign in first.", "details": {}}}');
select is(pg_temp.first(), 'error worker_key_wrong worker', 'its key is refused');
select pg_temp.answer(503, '{"error": {"code": "misconfigured", "message": "…", "details": {"reason": "schema_not_exposed"}}}');
select is(pg_temp.first(), 'error schema_not_exposed worker', 'the schema is not exposed');
select pg_temp.answer(503, '{"error": {"code": "schema_too_old", "message": "Esteira is being upgraded.", "details": {}}}');
select is(pg_temp.first(), 'error schema_too_old worker', 'the functions are newer than the schema');
select pg_temp.answer(404, '{"code": "NOT_FOUND", "message": "Requested function was not found"}');
select is(pg_temp.first(), 'error functions_unreachable worker', 'there is no such function');
select is((select evidence - '{asked_at,answered_at,unread_since}'::text[] from ops.diagnose((tests.job('one')).id) where rank = 1),
  '{"status": 404, "code": "NOT_FOUND", "error": "Requested function was not found"}', 'the platform''s answer is the evidence');
select pg_temp.answer(503, '{"code": "BOOT_ERROR", "message": "Function failed to start (please check logs)"}');
select matches((select detail from ops.diagnose((tests.job('one')).id) where rank = 1), '503, BOOT_ERROR', 'it does not start');
select pg_temp.answer(null, null, 'Couldn''t connect to server');
select is(pg_temp.first(), 'error functions_unreachable worker', 'nobody answers');
select matches((select detail from ops.diagnose((tests.job('one')).id) where rank = 1), 'Couldn''t connect to server', 'for this reason');
select pg_temp.answer(502, '<html>' || repeat('x', 30000));
select matches((select detail from ops.diagnose((tests.job('one')).id) where rank = 1), 'could not be reached: 502', 'whatever comes back is read');
select pg_temp.answer(202);
select is(pg_temp.first(), 'warn worker_behind worker', 'it answers, and reads nothing');

-- Whoever made the work has done it all the same: not as it should be, and no more.
select pg_temp.answer(401);
select pg_temp.unread('0 seconds');
select is(pg_temp.first(), 'warn worker_key_wrong worker', 'a key that is refused while nobody waits');
select is((select since from ops.diagnose((tests.job('one')).id) where rank = 1),
  (select min(created) from net._http_response where status_code = 401 and id > (select max(id) from net._http_response where status_code = 202)),
  'since the first call that failed after the last that did not');
update private.throttles set passed_at = clock_timestamp() - interval '20 minutes' where name = 'poke:echo';
update net._http_response set created = created - interval '20 minutes' where true;
select is(pg_temp.first(), 'info submitting echo', 'of what was answered long ago nothing follows');
select pg_temp.answer(202);
select is(pg_temp.first(), 'info submitting echo', 'all is well');
select isnt_empty($$ select from ops.diagnose((tests.job('one')).id) where code = 'functions_unreachable' and ruled_out $$,
  'and the functions are ruled out');

-- No secret is evidence.
select is_empty($$ select from ops.diagnose((tests.job('one')).id) d where d::text like '%sb_secret%' $$, 'no key is shown');

-- A flood of answers.
insert into net._http_response (id, status_code, timed_out, created) select -n, 200, false, clock_timestamp() from generate_series(1, 3000) n;
select is(cardinality(array(select a from private.answers(array[-1, -2, -3000]::bigint[], now() - interval '1 hour', now() + interval '1 hour') a)) < 4,
  true, 'no more than two thousand answers are looked at');

-- Workers of pull lanes come by themselves.
update private.lanes set delivery = 'pull' where lane = 'echo';
select is_empty($$ select from ops.diagnose((tests.job('one')).id) where code in ('functions_unreachable', 'vault_secret_missing', 'worker_behind') $$,
  'nothing is said of them in a pull lane');
select is(cardinality((select request_ids from private.throttles where name = 'poke:echo')), 8, 'eight requests of a lane are remembered');

select * from finish();
rollback;
