begin;
select plan(12);

select tests.freeze('2030-01-01 00:00:00Z');
delete from private.heartbeats where true;
select is((select count(*) from ops.cron_health()), (select count(*) from private.parts()), 'a row for each part');
select is((select array_agg(distinct verdict) from ops.cron_health()), '{never}', 'none has run yet');
select private.beat(part, '{"x": 1}') from private.parts();
select is((select array_agg(distinct verdict) from ops.cron_health()), '{ok}', 'they have');
select results_eq($$ select every, ago, did from ops.cron_health() where part = 'esteira-tick' $$,
  $$ values ('10 seconds'::interval, '0'::interval, '{"x": 1}'::jsonb) $$, 'how often, how long ago, and what it did');

select tests.freeze('2030-01-01 00:05:00Z');
select private.beat(part, '{}') from private.parts() where part <> 'esteira-tick';
select private.note_fault('esteira-ask', null, 'P0001', 'broken');
select cron.alter_job(jobid, active => false) from cron.job where jobname = 'esteira-expire';
select cron.unschedule('esteira-effects');
select results_eq($$ select part, verdict, repair_sql is not null from ops.cron_health() where verdict <> 'ok' $$,
  $$ values ('esteira-ask', 'failing', false), ('esteira-effects', 'unscheduled', true), ('esteira-expire', 'inactive', true),
       ('esteira-tick', 'dead', true) $$, 'what is wrong comes first');
select is((select since from ops.cron_health() where part = 'esteira-tick'), '2030-01-01 00:00:00Z', 'and since when');

-- How often, as pg_cron has it.
select is(private.every('59 seconds'), '59 seconds', 'seconds');
select is(private.every('* * * * *'), '1 minute', 'each minute');
select is(private.every('*/5 * * * *'), '5 minutes', 'every five');
select is(private.every('7 * * * *'), '1 hour', 'each hour');
select is(private.every('0 2 * * *'), '1 day', 'anything else counts as a day');
select is(private.every(null), null, 'what is not scheduled runs never');

select * from finish();
rollback;
