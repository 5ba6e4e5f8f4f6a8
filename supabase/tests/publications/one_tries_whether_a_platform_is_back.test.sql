-- A platform that was down is tried by one connection after each pause: all at once would keep every slot waiting for it.
begin;
select plan(16);

select tests.create_user('ana', 1000), tests.enable_publishing(5);
-- Their ids are in this order.
select tests.connect('ana', n) from unnest(array['a', 'b', 'g']) n;
select tests.connect('ana', 'ig', 'instagram');
select tests.freeze('2030-01-01 00:00:00Z');
create function pg_temp.down() returns boolean language sql as $$ select worker.platform_down('x', 'connection refused') $$;
create function pg_temp.pass(p_time interval) returns void language sql as $$
  select tests.freeze(private.now() + p_time), private.run('esteira-connections'), private.run('esteira-tick')
$$;

select pg_temp.down() from generate_series(1, 3);
select tests.publish('ana', 'one', 'a'), tests.publish('ana', 'two', 'b'), tests.publish('ana', 'three', 'g');
select tests.publish('ana', 'elsewhere', 'ig', 'instagram_feed');
select is(tests.line('a') || ', ' || tests.line('b'), 'one held (platform_paused), two held (platform_paused)', 'they wait while it is down');
select pg_temp.pass('15 seconds');
select is(tests.line('a'), 'one under way', 'when the pause is over, one tries');
select is(tests.line('b') || ', ' || tests.line('g'), 'two held (platform_paused), three held (platform_paused)', 'alone');
select is(tests.line('ig'), 'elsewhere under way', 'other platforms are no concern of it');
select tests.publish('ana', 'four', 'g');
select is((select count(*) from private.slots where token is not null), 2::bigint, 'and all other slots are free');

-- It does not answer still.
select is(pg_temp.down(), true, 'it is down still');
select is((select probe_id from private.platforms where platform = 'x'), null, 'nobody tries any more');
select is(worker.publication_failed((tests.job('one')).id, (tests.attempt('one')).token, '{"class": "wait", "scope": "publication", "code": "unreachable", "retry_after_ms": 600000}'), 'retried', 'who has tried waits too');
select pg_temp.pass('30 seconds');
select is(tests.line('b'), 'two under way', 'the next one tries after the next pause');

-- Nothing is heard of that.
select pg_temp.pass('2 minutes 1 second');
select is(tests.line('g'), 'three under way, four held (connection_busy)', 'where nothing comes of it in two minutes, the next one tries');
select is(tests.commit('two'), 'held', 'who comes too late commits nothing');
select is(tests.commit('three'), 'commit', 'who tries may commit');

-- It answers.
select worker.platform_up('x');
select tests.post('three');
select pg_temp.pass('1 second');
select is(tests.line('b'), 'two under way', 'when it answers all go on');
select is(tests.line('g'), 'four under way', 'each line with its own next');
select is((select count(*) from private.platforms where paused_until is not null or down_since is not null or probe_id is not null), 0::bigint, 'nothing is left of it');

-- Nobody waits for it.
update public.publications set line = 'done' where line <> 'done';
select pg_temp.down() from generate_series(1, 3);
select pg_temp.pass('16 seconds');
select is((select paused_until from private.platforms where platform = 'x'), null, 'where nobody waits, whoever comes next tries');

select * from finish();
rollback;
