begin;
select plan(38);

select tests.create_user('ana', 1000), tests.enable_publishing(20);
select tests.connect('ana', n)
  from unnest(array['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j', 'k']) n;
update private.platforms set client_id = 'app', client_secret_name = 'tests_api_key' where platform = 'x';
select tests.freeze('2030-01-01 00:00:00Z');

create function pg_temp.first(p_key text) returns text language sql as $$
  select concat_ws(' ', v.level, v.code, v.clears) from ops.diagnose((tests.job(p_key)).id) v where v.rank = 1
$$;
create function pg_temp.all(p_key text) returns text language sql as $$
  select string_agg(v.code, ', ' order by v.rank) from ops.diagnose((tests.job(p_key)).id) v where not v.ruled_out
$$;
create function pg_temp.fact(p_key text, p_fact text) returns text language sql as $$
  select v.evidence ->> p_fact from ops.diagnose((tests.job(p_key)).id) v where v.rank = 1
$$;
create function pg_temp.until(p_key text) returns timestamptz language sql as $$
  select v.expected_at from ops.diagnose((tests.job(p_key)).id) v where v.rank = 1
$$;
create function pg_temp.told(p_key text, p_language text) returns text language sql as $$
  select w.words ->> p_language from public.why((tests.job(p_key)).id) w where w.rank = 1
$$;

-- Its steps.
select tests.publish('ana', 'steps', 'a');
select worker.publication_step((tests.job('steps')).id, (tests.attempt('steps')).token, 'prepare', 'uploaded');
select is(pg_temp.first('steps'), 'info post_preparing by_itself', 'a post that is prepared');
select is(pg_temp.fact('steps', 'last_step'), 'uploaded', 'by its last step');
select tests.commit('steps');
select is(pg_temp.first('steps'), 'info post_committing by_itself', 'one that is just being made visible');
select is(pg_temp.told('steps', 'en'), 'Your post is being published at X right now. It can no longer be cancelled.', 'its owner is told');
select private.rest((tests.job('steps')).id, (tests.attempt('steps')).token);
select is(pg_temp.first('steps'), 'warn post_in_doubt by_itself', 'one that was put off without an answer');
select tests.freeze('2030-01-01 00:10:00Z');
select is(pg_temp.first('steps'), 'warn post_in_doubt by_itself', 'one whose worker was not heard of since');
select is(pg_temp.told('steps', 'pt-BR'), 'Ainda não sabemos se sua publicação está no X. Estamos verificando, e ela não será '
  'publicada duas vezes. Você não precisa fazer nada.', 'its owner is told');
select private.hold_connection(tests.connection_id('a'), 'reconnect_needed', null, 'token_revoked', 'Gone');
select is(pg_temp.all('steps'), 'connection_reconnect_needed, post_in_doubt', 'an access that is gone keeps us from looking: both are named, in order');
update public.connections set state = 'live', state_code = null, state_message = null where id = tests.connection_id('a');
select private.hold_connection(tests.connection_id('a'), 'limited', '2030-01-01 01:00:00Z', 'posting_limit', 'All');
select is(pg_temp.all('steps'), 'post_in_doubt', 'a limit does not stop what was sent');
select tests.take('steps');
select is(pg_temp.first('steps'), 'info post_observing by_itself', 'one that the platform has taken');
select is(pg_temp.fact('steps', 'post_id'), 'post-1', 'under which name');
select is(pg_temp.all('steps'), 'post_observing', 'and nothing else of an attempt');
insert into private.tool_paces (tool, samples, p50, p95, run_p50, run_p95, measured_at)
values ('x_post', 20, '12 minutes', '14 minutes', '12 minutes', '14 minutes', private.now())
on conflict (tool) do update set samples = 20, p50 = '12 minutes', p95 = '14 minutes', measured_at = private.now();
select is(pg_temp.until('steps'), '2030-01-01 00:12:00Z', 'it is done when half of them are');
select tests.freeze('2030-01-01 00:13:00Z');
select is(pg_temp.until('steps'), '2030-01-01 00:14:00Z', 'or when nineteen of twenty are');
select tests.freeze('2030-01-01 00:14:00Z');
select is(pg_temp.first('steps'), 'warn post_slow by_provider', 'one that takes longer than those');
update private.tool_paces set measured_at = '2029-01-01' where tool = 'x_post';
insert into public.job_attempts (job_id, attempt, user_id, phase, outcome, finished_at)
select job_id, 99, user_id, 'finished', 'superseded', '2029-06-01' from public.publications limit 1;
select is(pg_temp.first('steps'), 'info post_observing by_itself', 'nothing is said by what was measured too long ago');
delete from public.job_attempts where attempt = 99;
select tests.freeze('2030-01-01 00:10:00Z');
update public.publications set wants_slot = true where job_id = (tests.job('steps')).id;
select is(pg_temp.first('steps'), 'wait post_waits_for_slot by_itself', 'one that is due again and finds no slot');
update public.publications set wants_slot = false where job_id = (tests.job('steps')).id;
select tests.freeze('2030-01-01 01:30:00Z');
select is(pg_temp.first('steps'), 'warn post_overdue by_itself', 'one whose time is over and which nobody has ended yet');

-- Its files.
select tests.freeze('2030-01-01 02:00:00Z');
select tests.publish('ana', 'clip', 'b', p_more => '{"mediaFiles": [{"url": "https://media.test/clip.mp4"}]}');
select tests.publish('ana', 'same clip', 'c', p_more => jsonb_build_object('groupId', (tests.publication('clip')).group_id,
  'mediaFiles', '[{"url": "https://media.test/clip.mp4"}]'::jsonb));
select worker.media_claim((tests.job('clip')).id, (tests.attempt('clip')).token, 0);
select is(pg_temp.first('clip'), 'info media_pending by_itself', 'who fetches a file says so');
select is(pg_temp.first('same clip'), 'wait media_wait by_itself', 'who waits for another to fetch it says so');
select is(pg_temp.fact('same clip', 'fetched_by'), (tests.job('clip')).id::text, 'and for whom');

-- Nobody knows whether it is there.
select tests.publish('ana', 'unknown', 'd'), tests.publish('ana', 'there', 'e'), tests.publish('ana', 'nowhere', 'f');
select tests.commit(k) from unnest(array['unknown', 'there', 'nowhere']) k;
select worker.submit_unknown((tests.job(k)).id, (tests.attempt(k)).token) from unnest(array['unknown', 'there', 'nowhere']) k;
select is(pg_temp.first('unknown'), 'error post_unknown by_you', 'one of which nobody knows is for its owner to look');
select is(pg_temp.told('unknown', 'en'), 'We do not know whether your post is at X. Look at the account d, and tell us what '
  'you found. If nobody does, it counts as not there in about 7 days, and is paid back.', 'who is told what to do, and what happens else');
select is(pg_temp.told('unknown', 'pt-BR'), 'Não sabemos se sua publicação está no X. Veja a conta d e nos diga o que '
  'encontrou. Se ninguém disser, ela conta como não publicada em cerca de 7 dias, e os créditos são devolvidos.', 'in Portuguese as well');
select is(pg_temp.all('unknown'), 'post_unknown, refund_due', 'what becomes of its price is the second word');
select public.resolve_publication((tests.job('there')).id, 'there', tests.user_id('ana'));
select public.resolve_publication((tests.job('nowhere')).id, 'not_there', tests.user_id('ana'));
select is(pg_temp.first('nowhere'), 'error post_not_there by_you', 'one that somebody has looked for in vain');
select is(pg_temp.first('there'), 'info post_published never', 'one that somebody has found');

-- How it has ended.
select tests.publish('ana', 'refused', 'g'), tests.publish('ana', 'shut out', 'h'), tests.publish('ana', 'slow', 'i'),
  tests.publish('ana', 'odd', 'j'), tests.publish('ana', 'fine', 'k');
select worker.publication_failed((tests.job('refused')).id, (tests.attempt('refused')).token,
  '{"class": "never", "code": "duplicate", "message": "You have said that before. Say something else. Please."}');
select is(pg_temp.first('refused'), 'error post_refused by_you', 'one that the platform has refused');
select is(pg_temp.told('refused', 'en'), 'X has refused your post: You have said that before. It does not go on by itself. '
  'Change what it names, and publish it anew.', 'in one sentence of its own');
select worker.publication_failed((tests.job('shut out')).id, (tests.attempt('shut out')).token,
  '{"class": "never", "code": "missing_scope", "message": "The right to write is missing"}');
select is(pg_temp.first('shut out'), 'error post_access_lost by_you', 'one that lacked a right');
select tests.commit(k) from unnest(array['odd', 'fine']) k;
select worker.published((tests.job('odd')).id, (tests.attempt('odd')).token, 'p1', 'https://x.test/p1',
  '[{"code": "thumbnail_refused", "message": "The thumbnail was refused"}]');
select is(pg_temp.first('odd'), 'warn post_with_warnings by_you', 'one that is there, but not as wished');
select is(pg_temp.told('odd', 'en'), 'Your post is at X, but not all of it went as wished: The thumbnail was refused. Look at '
  'it there; you need not post it again.', 'and what is odd');
select tests.post('fine');
select is(pg_temp.first('fine'), 'ok post_published never', 'one that is there');
select is(pg_temp.fact('fine', 'permalink'), 'https://platform.test/post-1', 'and where');
select tests.freeze('2030-01-01 02:31:00Z');
select private.run_part('esteira-overdue');
select is(pg_temp.first('slow'), 'error post_out_of_time by_you', 'one that had no time left');
select is(pg_temp.told('slow', 'en'), 'Your post did not go out in the time it had, and is paid back. It does not go on by '
  'itself. You can try it again.', 'may be tried again');

-- In every case.
select is((select max(cardinality(w.en)) || ' ' || max(cardinality(w.pt_br)) from private.words_of_publishing() w), '3 3',
  'never more than three sentences');
select is_empty($$ select code from private.words_of_publishing() where place not between 300 and 399
  or cardinality(en) <> cardinality(pt_br) $$, 'each has its place, and says as much in either language');

select * from finish();
rollback;
