begin;
select plan(5);
create function pg_temp.causes() returns setof text language sql as $$
  select concat_ws(' ', code, level, subject) from ops.health_report() where section = 'cause'
$$;
-- A part beats in the midst of a life.
select tests.freeze('2030-01-01 00:00:00Z');
select private.beat(part, '{}') from private.parts();
delete from private.faults where true;
create temporary table before as select c from pg_temp.causes() c;
create function pg_temp.new() returns setof text language sql as $$ select * from pg_temp.causes() except select c from pg_temp.before $$;

alter table public.jobs disable trigger jobs_broadcast_trigger;
select set_eq('select * from pg_temp.new()', $$ values ('trigger_missing error public.jobs') $$, 'a trigger that is off');
alter table public.jobs enable trigger jobs_broadcast_trigger;
select private.note_fault('esteira-alerts', null, 'P0001', 'a column that is gone');
select set_eq('select * from pg_temp.new()', $$ values ('part_failing warn esteira-alerts') $$, 'a part that fails');
delete from private.faults where true;
update private.heartbeats set beat_at = private.now() - interval '1 hour' where name = 'esteira-deliveries';
select set_eq('select * from pg_temp.new()', $$ values ('cron_dead error esteira-deliveries') $$, 'one that is dead, though no job waits for it');
update private.heartbeats set beat_at = private.now() - interval '1 hour' where true;
select set_eq($$ select * from pg_temp.new() as new (cause) where cause like 'cron%' $$, $$ values ('cron_dead error pg_cron') $$, 'all of them, said once');
select matches((select repair_sql from ops.health_report() where section = 'recommendation'), '.', 'with what is to be done');
select * from finish();
rollback;
