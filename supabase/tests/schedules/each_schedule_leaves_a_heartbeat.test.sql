begin;
select plan(9);

select tests.create_user('ana');
select tests.enable_echo(1);
delete from private.heartbeats;
select tests.freeze('2030-01-01 00:00:00Z');
select private.tick();
select results_eq(
  'select name, beat_at, beats, result from private.heartbeats',
  $$ values ('esteira-tick', '2030-01-01 00:00:00Z'::timestamptz, 1::bigint, '{"poked": 0}'::jsonb) $$,
  'when the tick last ran, and what it did');
select tests.freeze('2030-01-01 00:00:10Z');
select private.tick();
select results_eq(
  'select beat_at, beats from private.heartbeats', $$ values ('2030-01-01 00:00:10Z'::timestamptz, 2::bigint) $$,
  'and how often');
create temporary table returned as
select worker.reap() as reaped, private.clean_up() as cleaned, private.sweep() as swept, private.alerts_tick() as alerted;
select is(
  (select reaped from returned), (select result from private.heartbeats where name = 'esteira-reap'), 'the reaper notes what it returns');
select is(
  (select result from private.heartbeats where name = 'esteira-reap'), '{"asked": 0, "resent": 0, "leases_ended": 0, "asked_last": 0, "given_up": 0, "expired": 0, "copies_given_up": 0, "tasks_unknown": 0, "slots_freed": 0}',
  'counts of what it found');
select is((select beats from private.heartbeats where name = 'esteira-tick'), 3::bigint, 'it ticks as well');
select is(
  (select cleaned from returned), (select result from private.heartbeats where name = 'esteira-cleanup'), 'so does the cleaning up');
select is(
  (select swept from returned), (select result from private.heartbeats where name = 'esteira-retry'), 'the sweep');
select is(
  (select alerted from returned), (select result from private.heartbeats where name = 'esteira-alerts'), 'and whoever looks at the rules');
select private.apply_pending_effects();
select set_eq('select name from private.heartbeats', 'select jobname from cron.job where jobname like ''esteira-%''',
  'a heartbeat has the name of its schedule, so a missing one is seen');

select * from finish();
rollback;
