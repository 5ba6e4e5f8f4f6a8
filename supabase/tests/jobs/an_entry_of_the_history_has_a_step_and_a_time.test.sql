begin;
select plan(4);

select is(
  private.step('credits', '2026-01-02 03:04:05.678901+02', '{"cost": 2, "newBalance": 0}'),
  '{"step": "credits", "timestamp": "2026-01-02T01:04:05.678901Z", "cost": 2, "newBalance": 0}'::jsonb,
  'its time is in UTC, to the microsecond');
set local timezone = 'America/Sao_Paulo';
select is(
  private.step('queued', '2026-01-01 00:00:00Z') ->> 'timestamp', '2026-01-01T00:00:00.000000Z',
  'whatever the session''s time zone');
select is(
  private.step('failed', '2026-01-01 00:00:00Z', '{"error": "x", "refunded": null}') - 'timestamp',
  '{"step": "failed", "error": "x"}'::jsonb,
  'what is not known is left out');
select is(
  private.step('insert', '2026-01-01 00:00:00Z', null) - 'timestamp', '{"step": "insert"}'::jsonb,
  'details are not needed');

select * from finish();
rollback;
