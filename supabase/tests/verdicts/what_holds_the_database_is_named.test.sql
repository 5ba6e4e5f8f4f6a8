begin;
select plan(17);

create function pg_temp.first() returns text language sql as $$
  select concat_ws(' ', level, code, subject) from ops.diagnose((tests.job('one')).id) where rank = 1
$$;
select tests.create_user('ana');
select tests.enable_echo(1);
select tests.create_job('ana', 'one');

select is_empty($$ select from ops.diagnose((tests.job('one')).id) where code = 'database_read_only' and not ruled_out $$, 'it can be written to');
select set_config('default_transaction_read_only', 'on', true);
select is(pg_temp.first(), 'info submitting echo', 'what a session says of itself is its own business');
create function pg_temp.run(p_sql text) returns void language plpgsql as $$
begin
  execute p_sql;
end
$$;
select pg_temp.run(format('alter database %I set default_transaction_read_only = on', current_database()));
select is(pg_temp.first(), 'error database_read_only', 'a database whose sessions only read');
select matches((select detail from ops.diagnose((tests.job('one')).id) where rank = 1), 'read only by the settings of the database', 'by its settings');
select private.beat(part, '{}') from private.parts();
select tests.freeze(now() + interval '1 hour');
select results_eq(
  $$ select code from ops.diagnose((tests.job('one')).id) where level = 'error' order by rank $$,
  $$ values ('database_read_only'), ('cron_dead') $$, 'it comes before what it causes');
select tests.freeze(null);
select pg_temp.run(repair_sql) from ops.diagnose((tests.job('one')).id) where rank = 1;
select is(pg_temp.first(), 'info submitting echo', 'is mended by the repair');
alter role postgres set default_transaction_read_only = 'on';
select matches((select detail from ops.diagnose((tests.job('one')).id) where rank = 1), 'read only by the settings of a role', 'or a role''s');
alter role postgres reset default_transaction_read_only;

-- A prepared transaction would need a server that takes them; what is known of sessions and slots is read from the server's own views.
select is_empty('select * from private.held_snapshots(now() + interval ''1 hour'')', 'the session that asks holds nothing against itself');
select isnt_empty($$ select from ops.diagnose((tests.job('one')).id) where code = 'replication_or_snapshot_held' and ruled_out $$,
  'no snapshot is held');

-- Set aside.
select private.set_aside('dispatch', (tests.job('one')).id, 'P0001', 'a trigger of somebody''s raises');
select is(pg_temp.first(), 'error quarantined dispatch', 'a job that was set aside says so');
select results_eq(
  $$ select evidence, clears from ops.diagnose((tests.job('one')).id) where rank = 1 $$,
  $$ values ('{"part": "dispatch", "error": "a trigger of somebody''s raises", "times": 1, "sqlstate": "P0001"}'::jsonb, 'by_operator') $$,
  'with the error');
select pg_temp.run(repair_sql) from ops.diagnose((tests.job('one')).id) where rank = 1;
select is_empty('select from ops.quarantine', 'and is released by the repair');

-- Versions.
select worker.seen('jobs', public.esteira_version());
select isnt_empty($$ select from ops.diagnose((tests.job('one')).id) where code = 'schema_too_old' and ruled_out $$, 'functions of this release');
select is(worker.seen('worker', '0.0.9'), public.esteira_version(), 'a function that tells of itself is told the version of the schema');
select is(pg_temp.first(), 'info submitting echo', 'older functions work');
select worker.seen('worker', '9.0.0');
select is(pg_temp.first(), 'error schema_too_old 9.0.0', 'newer ones do nothing until the schema is as new');
select worker.seen('worker', 'main');
select is_empty($$ select from ops.diagnose((tests.job('one')).id) where code = 'schema_too_old' and not ruled_out $$,
  'what is no version is not compared');

select * from finish();
rollback;
