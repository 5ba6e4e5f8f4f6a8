begin;
select plan(31);

-- Each platform whose API has versions, by one that ends on a day.
create temporary table versions (platform text, version text, next text) on commit drop;
insert into versions values ('instagram', 'v22.0', 'v27.0'), ('facebook', 'v22.0', 'v27.0'), ('threads', 'v1.0', 'v2.0'),
  ('youtube', 'v3', 'v4'), ('tiktok', 'v2', 'v3'), ('linkedin', '202602', '202608');
create function pg_temp.ending() returns bigint language sql as $$
  select count from ops.counts() where name = 'api versions ending'
$$;
select tests.freeze('2026-11-27 00:00:00Z');
select ops.set_secret('app_secret', 's3cret');
select is((select count(*) from private.platforms where api_version is not null and platform not in (select platform from versions)),
  0::bigint, 'these are all that have one');

select ops.note_sunset(platform, version, '2027-05-20 00:00:00Z') from versions;
select is(ops.set_api_version(platform, version), '2027-05-20 00:00:00Z', platform || ': it is told when a version ends') from versions;
select tests.freeze('2027-04-20 00:00:00Z');
select is(pg_temp.ending(), 0::bigint, 'which is nobody''s affair where no app is registered');

do $$
declare
  v_one record;
begin
  create temporary table seen (platform text, early bigint, late bigint, moved bigint) on commit drop;
  for v_one in select * from versions loop
    perform ops.set_platform(v_one.platform, 'app', 'app_secret'), tests.freeze('2027-03-20 00:00:00Z');
    insert into seen values (v_one.platform, pg_temp.ending());
    perform tests.freeze('2027-03-21 00:00:01Z');
    update seen set late = pg_temp.ending() where platform = v_one.platform;
    perform ops.set_api_version(v_one.platform, v_one.next);
    update seen set moved = pg_temp.ending() where platform = v_one.platform;
    perform ops.set_platform(v_one.platform, null, null);
  end loop;
end
$$;
select is(early, 0::bigint, platform || ': 61 days before its end nothing is said') from seen order by platform;
select is(late, 1::bigint, platform || ': 60 days before it an alert is due') from seen order by platform;
select is(moved, 0::bigint, platform || ': which the next version ends') from seen order by platform;

select results_eq($$ select platform, api_version from ops.api_versions() limit 1 $$,
  $$ values ('linkedin', '202608') $$, 'LinkedIn''s ends first, a year after its month, though nobody has said so');
select is(private.sunset_of('linkedin', '202608.01'), '2027-08-15 00:00:00Z', 'revisions too');
select is(private.sunset_of('linkedin', '202601'), '2027-01-15 00:00:00Z', 'where LinkedIn has said when, that counts');

select tests.freeze('2027-08-16 00:00:00Z');
select tests.refuses('select ops.set_api_version(''linkedin'', ''202608'')', 422, 'invalid_input', 'version', 'none that has ended is set');
select tests.refuses('select ops.set_api_version(''myspace'', ''v1'')', 404, 'unknown_platform', 'platform', 'of no platform that there is not');

select * from finish();
rollback;
