-- RFC 9562, section 5.7: 48 bits of milliseconds since 1970, then the version, then the variant, else random.
begin;
select plan(4);

create temporary table made as
select private.uuid_v7() as id, clock_timestamp() as at from generate_series(1, 1000);

select is_empty(
  $$ select id, at from made
     where abs(('x' || left(replace(id::text, '-', ''), 12))::bit(48)::bigint - extract(epoch from at) * 1000) > 100 $$,
  'the first 48 bits are the milliseconds of now, so that ids sort by the time they were made');
select set_eq('select substr(id::text, 15, 1) from made', array['7'], 'the version is 7');
select set_eq(
  'select substr(id::text, 20, 1) in (''8'', ''9'', ''a'', ''b'') from made', array[true],
  'the variant is that of the RFC');
select is((select count(distinct right(id::text, 12)) from made), 1000::bigint, 'the rest is random');

select * from finish();
rollback;
