begin;
select plan(23);

select tests.create_user('ana', 1000), tests.enable_publishing(20);
select tests.connect('ana', n) from unnest(array['a', 'b', 'c']) n;
select tests.connect('ana', 'page', 'linkedin');
update private.platforms set client_id = 'app', client_secret_name = 'tests_api_key' where platform in ('x', 'linkedin');
select tests.freeze('2026-12-01 00:00:00Z');

create function pg_temp.first(p_key text) returns text language sql as $$
  select concat_ws(' ', v.level, v.code, v.clears) from ops.diagnose((tests.job(p_key)).id) v where v.rank = 1
$$;
create function pg_temp.all(p_key text) returns text language sql as $$
  select string_agg(v.code, ', ' order by v.rank) from ops.diagnose((tests.job(p_key)).id) v where not v.ruled_out
$$;
create function pg_temp.until(p_key text) returns timestamptz language sql as $$
  select v.expected_at from ops.diagnose((tests.job(p_key)).id) v where v.rank = 1
$$;
create function pg_temp.told(p_key text, p_language text) returns text language sql as $$
  select w.words ->> p_language from public.why((tests.job(p_key)).id) w where w.rank = 1
$$;

-- An operator has paused it.
select ops.pause_platform('x', 'an incident');
select tests.publish('ana', 'paused', 'a');
select is(pg_temp.first('paused'), 'warn platform_paused by_operator', 'a platform that an operator has paused');
select is((select v.repair_sql from ops.diagnose((tests.job('paused')).id) v where v.rank = 1),
  'select ops.resume_platform(''x'');', 'is resumed by a statement');
select is(pg_temp.until('paused'), null, 'nobody knows when');
select is(pg_temp.told('paused', 'pt-BR'), 'A publicação no X está pausada. Ela continua quando isso acabar. Até lá, você '
  'pode cancelá-la.', 'its owner is told');
select ops.resume_platform('x'), ops.pause_platform('x', 'an incident', '10 minutes');
select is(pg_temp.first('paused'), 'wait platform_paused by_itself', 'one that is paused for a time');
select is(pg_temp.until('paused'), '2026-12-01 00:10:00Z', 'goes on by itself');
select ops.resume_platform('x'), private.dispatch('publication');
select is(pg_temp.first('paused'), 'info post_preparing by_itself', 'when it is resumed it goes on');

-- It does not answer, and one tries whether it is back.
select worker.platform_down('x', 'HTTP 503') from generate_series(1, 3);
select tests.publish('ana', 'down', 'b'), tests.publish('ana', 'also down', 'c');
select is(pg_temp.first('down'), 'warn platform_down by_provider', 'a platform that does not answer');
select is(pg_temp.until('down'), '2026-12-01 00:00:15Z', 'is tried again');
select is(pg_temp.told('down', 'en'), 'X does not answer us just now. We try again by ourselves in about a minute. You need '
  'not do anything.', 'its owner is told');
select is(pg_temp.first('paused'), 'warn platform_down by_provider', 'what is under way is stopped by it too');
select tests.freeze('2026-12-01 00:00:15Z');
select private.end_holds(private.now());
select is((select array_agg(pg_temp.first(k) order by k) from unnest(array['down', 'also down']) k),
  '{wait platform_probing by_itself,wait platform_probing by_itself}', 'then one connection tries whether it is back');
select worker.platform_up('x'), private.dispatch('publication');
select is(pg_temp.first('down'), 'info post_preparing by_itself', 'and when it is they go on');

-- All that the app may post was posted.
select private.hold_platform('x', '2026-12-01 06:00:00Z', 'posting_limit: all that the app may post');
select is(pg_temp.first('down'), 'wait platform_limited by_itself', 'an app that has posted all it may');
select ops.resume_platform('x');

-- The version of its API ends, or has.
select private.hold_connection(tests.connection_id('page'), 'limited', '2026-12-01 01:00:00Z', 'rate_limited', 'Wait');
select ops.note_sunset('linkedin', '202608', '2026-12-20 00:00:00Z');
select tests.publish('ana', 'page', 'page', 'linkedin_post'),
  tests.publish('ana', 'late page', 'page', 'linkedin_post', p_run_at => '2026-12-25 00:00:00Z');
select is(pg_temp.all('page'), 'connection_limited, api_version_ending', 'a version that ends soon stops nothing yet');
select is(pg_temp.first('late page'), 'warn version_ends_first by_operator', 'but what is scheduled for later');
select tests.freeze('2026-12-20 00:00:01Z');
select is(pg_temp.first('late page'), 'error api_version_ended by_operator', 'one that has ended stops all');
select is(pg_temp.told('late page', 'en'), 'LinkedIn no longer takes posts in the way we send them. We have to mend that, '
  'then the post goes on.', 'its owner is told that it is for us');

-- There is no app, or not its secret; two reasons at once.
select tests.freeze('2026-12-20 00:00:00Z'), ops.note_sunset('linkedin', '202608', null);
update private.platforms set client_secret_name = 'no_such_secret' where platform = 'linkedin';
select is(pg_temp.first('late page'), 'error platform_app_missing by_operator', 'an app without its secret');
select matches((select v.detail from ops.diagnose((tests.job('late page')).id) v where v.rank = 1), 'no_such_secret', 'names the secret');
update private.platforms set client_id = null, client_secret_name = null where platform = 'linkedin';
select ops.pause_platform('linkedin', 'an incident');
select is(pg_temp.first('late page'), 'error platform_app_missing by_operator', 'a platform without an app');
select matches(pg_temp.all('late page'), '^platform_app_missing, platform_paused', 'two reasons at once are both named, in order');
select is((select count(*) from ops.diagnose((tests.job('late page')).id) v where v.rank = 1), 1::bigint, 'and one is the first');

select * from finish();
rollback;
