begin;
select plan(5);

select cmp_ok(private.now(), '>', now(), 'the clock runs on while a transaction lasts');
select cmp_ok(private.now(), '<=', clock_timestamp(), 'and shows the time');

select tests.freeze('2026-01-01 00:00:00Z');
select is(
  array[private.now(), private.now()], array['2026-01-01 00:00:00Z', '2026-01-01 00:00:00Z']::timestamptz[],
  'frozen, it stands still');
select tests.freeze('2026-01-01 00:10:00Z');
select is(private.now(), '2026-01-01 00:10:00Z', 'and can be set on');
select tests.freeze(null);
select cmp_ok(private.now(), '>', now(), 'and released');

select * from finish();
rollback;
