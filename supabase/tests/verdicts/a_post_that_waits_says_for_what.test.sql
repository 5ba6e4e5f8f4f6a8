begin;
select plan(35);

select tests.create_user('ana', 1000), tests.create_user('bo', 1000), tests.enable_publishing(20);
select tests.connect('ana', n) from unnest(array['a', 'b', 'c', 'd', 'e', 'f', 'g']) n;
update private.platforms set client_id = 'app', client_secret_name = 'tests_api_key' where platform = 'x';
select tests.freeze('2030-01-01 00:00:00Z');

create function pg_temp.first(p_key text) returns text language sql as $$
  select concat_ws(' ', v.level, v.code, v.clears) from ops.diagnose((tests.job(p_key)).id) v where v.rank = 1
$$;
create function pg_temp.all(p_key text) returns text language sql as $$
  select string_agg(v.code, ', ' order by v.rank) from ops.diagnose((tests.job(p_key)).id) v where not v.ruled_out
$$;
create function pg_temp.fact(p_key text, p_code text, p_fact text) returns text language sql as $$
  select v.evidence ->> p_fact from ops.diagnose((tests.job(p_key)).id) v where v.code = p_code
$$;
create function pg_temp.until(p_key text) returns timestamptz language sql as $$
  select v.expected_at from ops.diagnose((tests.job(p_key)).id) v where v.rank = 1
$$;
create function pg_temp.told(p_key text, p_language text) returns text language sql as $$
  select w.words ->> p_language from public.why((tests.job(p_key)).id) w where w.rank = 1
$$;

-- Another of the account is under way.
select tests.publish('ana', 'front', 'a'), tests.publish('ana', 'second', 'a'), tests.publish('ana', 'third', 'a');
select is(pg_temp.first('second'), 'wait connection_busy by_itself', 'who waits for another of the account says so');
select is(pg_temp.all('second'), 'connection_busy', 'and nothing else: it waits for no slot and no time');
select is(pg_temp.fact('second', 'connection_busy', 'front'), (tests.job('front')).id::text, 'and names it');
select is(pg_temp.fact('third', 'connection_busy', 'ahead'), '2', 'and its place in the line');
select is(pg_temp.until('third'), null, 'nobody knows when its turn comes');
insert into private.tool_paces (tool, samples, p50, p95, run_p50, run_p95, measured_at)
values ('x_post', 20, '1 minute', '2 minutes', '4 minutes', '5 minutes', private.now())
on conflict (tool) do update set samples = 20, run_p50 = '4 minutes', measured_at = private.now();
select tests.freeze('2030-01-01 00:01:00Z');
select is(pg_temp.until('third'), '2030-01-01 00:08:00Z', 'unless it was measured how long they take: two of four minutes, begun a minute ago');
select tests.freeze('2030-01-01 00:00:00Z');
select is(pg_temp.first('front'), 'info post_preparing by_itself', 'the one that is at it does not wait');
select ok((select bool_and(v.ruled_out and v.level = 'ok') from ops.diagnose((tests.job('front')).id) v
  where v.code in ('connection_reconnect_needed', 'posting_limit', 'platform_paused', 'api_version_ended')),
  'what was looked at and is not so is ruled out');
select tests.fail_publication('front', 'never');
select is(pg_temp.first('second'), 'info post_preparing by_itself', 'and the next one goes on');

-- The account must wait: as the platform asks, or by a limit.
select private.hold_connection(tests.connection_id('b'), 'limited', '2030-01-01 00:40:00Z', 'rate_limited', 'Too many');
select tests.publish('ana', 'limited', 'b');
select is(pg_temp.first('limited'), 'wait connection_limited by_itself', 'a platform that asks for patience');
select is(pg_temp.until('limited'), '2030-01-01 00:40:00Z', 'until when');
select is(pg_temp.told('limited', 'en'), 'X asks us to wait with the account b. The post goes on by itself in about 40 '
  'minutes. You can cancel it until then.', 'its owner is told');
select is(pg_temp.told('limited', 'pt-BR'), 'O X pede para esperarmos com a conta b. A publicação continua sozinha em '
  'cerca de 40 minutos. Até lá, você pode cancelá-la.', 'in Portuguese as well');
update private.platforms set connection_post_limit = 1, connection_post_window = '1 hour' where platform = 'x';
select tests.publish('ana', 'one', 'c'), tests.publish('ana', 'two', 'c');
select tests.commit('one');
select tests.post('one');
select tests.commit('two');
select is(pg_temp.first('two'), 'wait posting_limit by_itself', 'an account that has posted all it may');
select is(pg_temp.fact('two', 'posting_limit', 'used') || '/' || pg_temp.fact('two', 'posting_limit', 'total'), '1/1', 'how much');
select is(pg_temp.until('two'), '2030-01-01 01:00:10Z', 'and until when');
update private.platforms set connection_post_limit = 100, connection_post_window = '15 minutes' where platform = 'x';

-- The access is gone, is not renewed, or ends.
select tests.publish('ana', 'locked out', 'd'), tests.publish('ana', 'behind', 'd');
select tests.fail_publication('locked out', 'reconnect', 'connection');
select is(pg_temp.first('locked out'), 'error connection_reconnect_needed by_you', 'an access that is gone is for its owner');
select is((select string_agg(pg_temp.all(k), '; ' order by pg_temp.all(k)) from unnest(array['locked out', 'behind']) k),
  'connection_reconnect_needed; connection_reconnect_needed, connection_busy', 'two reasons at once are both named, in order');
select is(pg_temp.told('behind', 'en'), 'X does not let us into the account d any more. This does not clear by itself. '
  'Connect the account again, and the post goes on.', 'and is told to connect it');
update public.connections set state = 'live', state_code = null, state_message = null where id = tests.connection_id('d');
select is(pg_temp.first('locked out'), 'info next_in_line by_itself', 'who has is the next to go');
select private.connection_freed(tests.connection_id('d')), private.dispatch('publication');
select is(pg_temp.first('locked out'), 'info post_preparing by_itself', 'and goes');

select private.hold_connection(tests.connection_id('e'), 'limited', '2030-01-01 00:05:00Z', 'refresh_failed', 'Server error');
select tests.publish('ana', 'stale', 'e');
select is(pg_temp.first('stale'), 'warn access_renewal by_itself', 'an access that was not renewed');
select is(pg_temp.until('stale'), '2030-01-01 00:05:00Z', 'is tried again');

select tests.publish('ana', 'later', 'f', p_run_at => '2030-01-03 00:00:00Z');
select is(pg_temp.first('later') in ('wait scheduled_for by_itself', 'wait waiting_for_slot by_itself'), true, 'who is scheduled waits for its time');
update public.connections set state = 'expiring', state_code = 'access_expires', expires_at = '2030-01-02 00:00:00Z'
where id = tests.connection_id('f');
select is(pg_temp.first('later'), 'warn access_ends_first by_you', 'unless the access ends before');
select tests.publish('ana', 'now', 'f');
select is(pg_temp.all('now'), 'post_preparing, access_ending', 'what goes out now is told of it, too, but is not affected');
select is((select v.level from ops.diagnose((tests.job('now')).id) v where v.code = 'access_ending'), 'info', 'and that is no alarm');

-- The connection was ended.
select tests.publish('ana', 'under way', 'g'), tests.publish('ana', 'orphan', 'g');
select worker.disconnect(tests.connection_id('g'), tests.user_id('ana'));
select is(pg_temp.first('orphan'), 'error connection_revoked by_you', 'a connection that was ended');
select tests.fail_publication('under way', 'never');
select private.tend_publications();
select is(pg_temp.first('orphan'), 'error connection_revoked by_you', 'ends what waits, and says why');
select is(pg_temp.told('orphan', 'en'), 'The account g at X is not connected any more. This post is ended and paid back. '
  'Connect the account again, and publish it anew.', 'its owner is told');

-- By whom it may be asked.
select set_config('tests.two', (tests.job('two')).id::text, true);
select tests.as_user('bo');
select throws_ok($$ select public.why(current_setting('tests.two')::uuid) $$, 'PT404', null, 'a stranger is told nothing');
select tests.as_user('ana');
select results_eq($$ select code from public.why(current_setting('tests.two')::uuid) where rank = 1 $$,
  $$ values ('posting_limit') $$, 'its owner is told the same code');
select tests.reset();

select is(private.first_sentence(E'It is  too\nlong. Cut it. Now.'), 'It is too long.', 'of what a platform says one sentence is told');
select is(private.first_sentence(null), null, 'and of nothing none');
select is(private.platform_name('tiktok') || private.platform_name('new'), 'TikToknew', 'platforms have names');

select * from finish();
rollback;
