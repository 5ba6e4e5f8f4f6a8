begin;
select plan(29);

select tests.create_user('ana');
select tests.freeze('2030-01-01 00:00:00Z');
create temporary table made on commit drop as select tests.connect_account('ana') as id, null::uuid as claim, null::uuid as late;
create function pg_temp.claim(p_refused text default 'access-1') returns jsonb language sql as $$
  select worker.claim_refresh(id, p_refused) from made
$$;
create function pg_temp.tokens(p_n integer) returns jsonb language sql as $$
  select jsonb_build_object('access_token', 'access-' || p_n, 'refresh_token', 'refresh-' || p_n, 'expires_in', 7200)
$$;
select tests.freed();

select is(pg_temp.claim('access-0'), '{"verdict": "fresh", "access_token": "access-1", "expires_at": "2030-01-01T02:00:00+00:00"}',
  'who has an older token is given the one that there is');
select is(pg_temp.claim(null) ->> 'verdict', 'fresh', 'so is who has none, right after');
select tests.freeze('2030-01-01 02:00:00Z');
select is(c - 'claim', '{"verdict": "claimed", "access_token": "access-1", "refresh_token": "refresh-1"}', 'the first sets out')
from pg_temp.claim() c;
update made set claim = (select refresh_claims[1] from private.connection_tokens t where t.connection_id = made.id) where true;
select is(pg_temp.claim(), '{"verdict": "wait", "seconds": 60}', 'the others wait');
select is(worker.refreshed(id, gen_random_uuid(), pg_temp.tokens(9)), false, 'who has not set out brings nothing home') from made;
select is(worker.refreshed(id, claim, '{"access_token": ""}'), false, 'what is no token is not kept') from made;
select is(worker.refreshed(id, claim, pg_temp.tokens(2)), true, 'who has set out does') from made;
select is(pg_temp.claim(), '{"verdict": "fresh", "access_token": "access-2", "expires_at": "2030-01-01T04:00:00+00:00"}', 'who waited has it');
select is(worker.refreshed(id, claim, pg_temp.tokens(3)), false, 'a claim is good once') from made;

-- One that takes longer than its minute.
select tests.freeze('2030-01-01 04:00:00Z');
update made set late = (pg_temp.claim('access-2') ->> 'claim')::uuid where true;
select tests.freeze('2030-01-01 04:01:01Z');
update made set claim = (pg_temp.claim('access-2') ->> 'claim')::uuid where true;
select isnt(claim, null, 'after a minute another sets out') from made;
select is(worker.refresh_failed(id, claim, true, 'invalid_grant', 'Value passed for the token was invalid.'), true,
  'and hears that the token was used already') from made;
select is((tests.connection(id)).state, 'reconnect_needed', 'its owner is to connect it anew') from made;
select is(pg_temp.claim('access-2'), '{"verdict": "reconnect_needed"}', 'nobody sets out any more');
select is(worker.refreshed(id, late, pg_temp.tokens(3)), true, 'but what the first brings home is taken') from made;
select is((tests.connection(id)).state, 'live', 'and it is live again') from made;
select is(tests.freed(), array[id], 'and its line goes on') from made;

-- One that fails for now.
select tests.freeze('2030-01-01 05:00:00Z');
update made set claim = (pg_temp.claim('access-3') ->> 'claim')::uuid where true;
select is(worker.refresh_failed(id, claim, false, 'unreachable', 'It did not answer.'), true, 'one that is refused for now') from made;
select is((tests.connection(id)).state, 'live', 'holds nobody up while the access is good') from made;
select is(pg_temp.claim('access-3'), '{"verdict": "wait", "seconds": 15}', 'and is not tried again at once');
select tests.freeze('2030-01-01 06:01:00Z');
update made set claim = (pg_temp.claim('access-3') ->> 'claim')::uuid where true;
select is(worker.refresh_failed(id, claim, false, 'unreachable', 'It did not answer.', '2 minutes'), true, 'later') from made;
select is(to_jsonb(c) - array(select jsonb_object_keys(to_jsonb(c)) except select unnest(array['state', 'state_code', 'held_until'])),
  '{"state": "limited", "state_code": "refresh_failed", "held_until": "2030-01-01T06:03:00+00:00"}', 'it waits as long as was asked for')
from made, tests.connection(id) c;
select is(private.connection_hold(id, private.now()), 'limited', 'and nothing begins with it') from made;
select tests.freeze('2030-01-01 06:03:01Z');
select is(private.end_holds(private.now()), 1, 'until its time has come');
select is(tests.freed(), array[id], 'then its line goes on') from made;

-- An empty refresh token overwrites none, however it comes.
update made set claim = (pg_temp.claim('access-3') ->> 'claim')::uuid where true;
select worker.refreshed(id, claim, '{"access_token": "access-4", "refresh_token": "", "expires_in": 7200}') from made;
select tests.freeze('2030-01-02 00:00:00Z');
select is(pg_temp.claim('access-4') ->> 'refresh_token', 'refresh-3', 'an empty refresh token never overwrites one');
select tests.connect_account('ana', 'x', '1001', '{"access_token": "access-5", "refresh_token": null}');
select is(pg_temp.claim('access-5') ->> 'refresh_token', 'refresh-3', 'not on a reconnect either');

select worker.disconnect(id, tests.user_id('ana')) from made;
select is(pg_temp.claim('access-5'), '{"verdict": "gone"}', 'what was ended is renewed no more');
select is(worker.claim_refresh(gen_random_uuid()), '{"verdict": "gone"}', 'nor what there is not');
select is(worker.refreshed(id, (select claim from made), pg_temp.tokens(7)), false, 'and nothing is kept of it') from made;

select * from finish();
rollback;
