begin;
select plan(16);

create function pg_temp.told() returns table (event text, payload jsonb) language sql as $$
  with heard as (delete from realtime.messages where topic = 'ops' returning event, payload)
  select event, payload - 'at' - 'id' from heard order by payload ->> 'at'
$$;
delete from ops.alert_rules where true;
insert into ops.alert_rules (name, count_name, threshold) values ('many', 'broadcasts failed', 3), ('few', 'broadcasts failed', 1);
select tests.freeze('2030-01-01 00:00:00Z');
select private.alerts_tick();
select is_empty('select * from pg_temp.told()', 'where nothing happens nothing is told');

-- Alerts --------------------------------------------------------------------------------------------------------------
insert into private.broadcast_failures (minute, cause, count, heard, topic, event, failed_at) values (private.now(), 'x', 3, 3, 't', 'e', private.now());
select private.alerts_tick();
select results_eq($$ select event, payload - 'alert_id' from pg_temp.told() order by payload ->> 'rule' $$, $$ values
  ('alert_moved', '{"rule": "few", "subject": null, "opened_at": "2030-01-01T00:00:00+00:00", "closed_at": null}'::jsonb),
  ('alert_moved', '{"rule": "many", "subject": null, "opened_at": "2030-01-01T00:00:00+00:00", "closed_at": null}') $$,
  'alerts that open are told of, both in one go');
select private.alerts_tick();
select is_empty('select * from pg_temp.told()', 'once');
update ops.alerts set posted_at = private.now() where rule = 'many';
select is((select array_agg(payload ->> 'rule') from pg_temp.told()), '{many}', 'one that was posted is told of');
update ops.alerts set request_id = 7 where true;
select is_empty('select * from pg_temp.told()', 'what no screen shows is not');
select tests.freeze('2030-01-01 01:00:00Z');
select private.alerts_tick();
select is((select array_agg(distinct payload ->> 'closed_at') from pg_temp.told()), '{2030-01-01T01:00:00+00:00}', 'and when they close');
update ops.alerts set count = 1 where false;
select is_empty('select * from pg_temp.told()', 'a statement that changes nothing tells nothing');

-- Runs and the audit --------------------------------------------------------------------------------------------------
select tests.create_user('ana'), tests.enable_echo(1);
select tests.create_job('ana', 'runs'), tests.create_job('ana', 'waits');
select is_empty('select * from pg_temp.told()', 'jobs are told of on topics of their own');
select set_config('tests.job', (tests.job('waits')).id::text, true);
select ops.act('set_priority', jsonb_build_object('job_id', current_setting('tests.job'), 'priority', 5), true);
select is_empty('select * from pg_temp.told()', 'a dry run is nothing');
select ops.act('set_priority', jsonb_build_object('job_id', current_setting('tests.job'), 'priority', 5), false, 'secret reason');
create temporary table told on commit drop as select * from pg_temp.told();
select is((select payload - 'run_id' from told where event = 'run_moved' order by payload ->> 'state' limit 1),
  '{"action": "set_priority", "state": "done", "items": 1, "done": 1, "skipped": 0, "failed": 0}', 'how far a run is, is told');
select is((select payload from told where event = 'audit_grew'),
  jsonb_build_object('audit_id', (select max(audit_id) from ops.audit)), 'that the audit has grown is told, and up to where');
select is((select count(*) from told where payload::text ~ 'secret' or payload::text ~ current_setting('tests.job')), 0::bigint,
  'neither why nor on whom');

-- A failure --------------------------------------------------------------------------------------------------------------
create function pg_temp.refuse() returns trigger language plpgsql as $$ begin raise exception 'no room'; end $$;
create trigger refuse before insert on realtime.messages for each row execute function pg_temp.refuse();
set local client_min_messages = error;
select lives_ok($$ select ops.act('set_priority', jsonb_build_object('job_id', current_setting('tests.job'), 'priority', 6), false) $$,
  'an act whose hint cannot be sent is done');
select is((select priority from public.jobs where id = current_setting('tests.job')::uuid), 6::smallint, 'in earnest');
select isnt((select sum(count) from private.broadcast_failures where topic = 'ops'), null, 'and it is counted that it could not');
select is((select count(*) from private.broadcast_triggers() where table_name !~ '^public\.'), 5::bigint,
  'the doctor knows the triggers by which operators are told');

select * from finish();
rollback;
