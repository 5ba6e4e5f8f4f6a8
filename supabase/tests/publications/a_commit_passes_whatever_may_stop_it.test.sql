begin;
select plan(30);

create function pg_temp.message(p_name text) returns bigint language sql as $$
  select max(msg_id) from pgmq.q_publication_queue where message ->> 'job_id' = (tests.job(p_name)).id::text
$$;
create function pg_temp.held(p_name text) returns jsonb language sql as $$
  select worker.commit_publication((tests.job(p_name)).id, (tests.attempt(p_name)).token, 'publication_queue', pg_temp.message(p_name))
$$;
create function pg_temp.comes_back(p_name text) returns interval language sql as $$
  select vt - clock_timestamp() from pgmq.q_publication_queue where msg_id = pg_temp.message(p_name)
$$;

select tests.create_user('ana', 1000), tests.enable_publishing(20);
select tests.connect('ana', n) from unnest(array['a', 'b', 'c']) n;
select tests.freeze('2030-01-01 00:00:00Z');
update private.platforms set post_limit = null, post_window = null, connection_post_limit = 2, connection_post_window = '1 hour' where platform = 'x';

select tests.publish('ana', 'one', 'a'), tests.publish('ana', 'two', 'a'), tests.publish('ana', 'three', 'a');
select is(tests.commit('one'), 'commit', 'a commit passes');
select is(tests.commit('one'), 'superseded', 'once');
select is((tests.attempt('one')).can_stop, false, 'nothing can be stopped at a platform');
select is((tests.publication('one')).steps -> -1 ->> 'step', 'commit', 'the steps tell of it');
select tests.post('one');
select is(tests.commit('two'), 'commit', 'the next');
select tests.post('two');
select is(worker.commit_publication((tests.job('three')).id, (tests.attempt('three')).token) - 'seconds',
  '{"verdict": "limited", "hold": "posting_limit"}', 'no more than the limit');
select is(tests.line('a'), 'three held (posting_limit)', 'who is limited is in its line again');
select is((tests.job('three')).attempt, 0, 'and has used up nothing');
select is((tests.job('three')).status::text || (tests.attempt('three')).outcome, 'pendingwaited', 'it waits');
select is((select held_until > '2030-01-01 00:59:00Z' and state = 'limited' from public.connections where id = tests.connection_id('a')), true, 'nothing else of the connection begins meanwhile');
select tests.publish('ana', 'other', 'b');
select is(tests.commit('other'), 'commit', 'another account has its own limit');
select tests.freeze('2030-01-01 01:01:00Z');
select private.run('esteira-connections'), private.run('esteira-tick');
select is(tests.line('a'), 'three under way', 'it begins again when the first has left the window');
select is(tests.commit('three'), 'commit', 'and passes');

-- Whatever has come in between.
select tests.freeze('2030-01-01 03:00:00Z');
select tests.publish('ana', 'held', 'c');
select private.hold_platform('x', '2030-01-01 04:00:00Z', 'It is down');
select is(worker.commit_publication((tests.job('held')).id, (tests.attempt('held')).token), '{"verdict": "held", "hold": "platform_paused", "seconds": 3600}', 'a pause that came since it began stops it, and says until when');
select is(tests.line('c'), 'held held (platform_paused)', 'it is in its line again');
select is(tests.commit('held'), 'superseded', 'and its worker is told to stop');
select ops.resume_platform('x');
select private.dispatch('publication');
select is(tests.commit('held'), 'commit', 'later it passes');

-- Again only as the platform allows, and only when it has said twice that there is nothing.
select is(tests.commit('held'), 'superseded', 'not while somebody may be at it');
select tests.freeze(private.now() + interval '3 minutes');
select is(tests.commit('held'), 'superseded', 'nor when nobody has looked');
select is(worker.none_found((tests.job('held')).id, (tests.attempt('held')).token), 1, 'it is not there');
select is(tests.commit('held'), 'superseded', 'once may be a lag');
select tests.freeze(private.now() + interval '61 seconds');
select is(worker.none_found((tests.job('held')).id, (tests.attempt('held')).token), 2, 'twice, a minute apart');
select private.hold_connection(tests.connection_id('c'), 'limited', private.now() + interval '1 hour', 'rate_limited', 'Not now');
select is(tests.commit('held'), 'held', 'a hold stops that too');
select is((tests.job('held')).status, 'processing', 'but what may be there is not put back into the line');
select private.end_holds(private.now() + interval '1 hour');
select private.hold_platform('x', 'infinity', 'Somebody is to look at it');
select is(pg_temp.held('held'), '{"hold": "platform_paused", "verdict": "held", "seconds": null}', 'nor where its platform is paused, and nobody knows for how long');
select cmp_ok(pg_temp.comes_back('held'), '>', interval '58 seconds', 'it comes back in a minute, and not at once');
update private.platforms set paused_until = private.now() + interval '30 seconds' where platform = 'x';
select is(pg_temp.held('held') -> 'seconds', '30', 'or when the pause is over, where that is known');
select ok(pg_temp.comes_back('held') between interval '28 seconds' and interval '30 seconds', 'and not before');
select ops.resume_platform('x');
select tests.freeze(private.now() + interval '1 hour');
select private.end_holds(private.now());
update public.jobs set deadline_at = private.now() + interval '10 minutes' where id = (tests.job('held')).id;
select is(tests.commit('held'), 'commit', 'then it is committed again');
select is((tests.job('held')).deadline_at, private.now() + interval '10 minutes', 'which gives it no more time');

select * from finish();
rollback;
