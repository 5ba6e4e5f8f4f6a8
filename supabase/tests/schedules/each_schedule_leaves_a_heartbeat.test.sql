begin;
select plan(8);

select tests.create_user('ana');
select tests.enable_echo(1);
delete from private.heartbeats where true;
select tests.freeze('2030-01-01 00:00:00Z');
select private.run('esteira-tick');
select results_eq(
  'select name, beat_at, beats, result from private.heartbeats',
  $$ values ('esteira-tick', '2030-01-01 00:00:00Z'::timestamptz, 1::bigint, '{"poked": 0}'::jsonb) $$,
  'when the tick last ran, and what it did');
select tests.freeze('2030-01-01 00:00:10Z');
select private.run('esteira-tick');
select results_eq(
  'select beat_at, beats from private.heartbeats', $$ values ('2030-01-01 00:00:10Z'::timestamptz, 2::bigint) $$,
  'and how often');

create temporary table returned as select worker.reap() as reaped;
select is(
  (select reaped from returned), '{"asked": 0, "resent": 0, "leases_ended": 0, "asked_last": 0, "given_up": 0, "expired": 0, "copies_given_up": 0, "tasks_unknown": 0, "slots_freed": 0}',
  'the reaper returns counts of what it found');
select is(
  (select jsonb_object_agg(key, value) from private.heartbeats, jsonb_each(result)
   where name in (select part from private.parts() where is_repair)),
  (select reaped from returned), 'which its parts note, each for itself');
select is((select beats from private.heartbeats where name = 'esteira-tick'), 3::bigint, 'it ticks as well');

create temporary table ran as
select schedule, private.run(schedule) as did from (select distinct schedule from private.parts()) schedules;
select set_eq('select name from private.heartbeats', 'select part from private.parts()',
  'a heartbeat has the name of its part, so a missing one is seen');
select results_eq(
  $$ select name, result from private.heartbeats where name in ('esteira-retry', 'esteira-alerts', 'esteira-cleanup') order by name $$,
  $$ select schedule, did -> schedule from ran where schedule in ('esteira-retry', 'esteira-alerts', 'esteira-cleanup') order by schedule $$,
  'one that counts several things notes them by name');
select is_empty($$ select part from ran, jsonb_each(did) r (part, did) where r.did = 'null' $$, 'none has failed');

select * from finish();
rollback;
