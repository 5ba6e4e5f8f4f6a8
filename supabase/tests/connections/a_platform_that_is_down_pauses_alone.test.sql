begin;
select plan(25);

select tests.create_user('ana');
select tests.freeze('2030-01-01 00:00:00Z');
create temporary table made on commit drop as select tests.connect_account('ana') as id, tests.connect_account('ana', 'instagram', 'ig') as other;
create function pg_temp.seconds() returns numeric language sql as $$
  select worker.platform_down('x', 'connection refused');
  select extract(epoch from paused_until - private.now()) from private.platforms where platform = 'x'
$$;
select is(array(select pg_temp.seconds() from generate_series(1, 9)), '{NULL,NULL,15,30,60,120,240,300,300}'::numeric[], 'three in a row pause it, for longer each time');
select is(private.connection_hold(id, private.now()), 'platform_paused', 'nothing begins there') from made;
select is(private.connection_hold(other, private.now()), null, 'the others go on') from made;
select worker.platform_up('x');
select is(private.connection_hold(id, private.now()), null, 'when it answers, it goes on') from made;
select is(pg_temp.seconds(), null, 'and is counted from the beginning');

select private.hold_platform('x', 'infinity', 'out of credits');
select worker.platform_up('x');
select is(private.connection_hold(id, private.now()), 'platform_paused', 'a pause that was no weather stays') from made;
select private.hold_platform('x', private.now() + interval '1 minute', 'less');
select is((select pause_reason from private.platforms where platform = 'x'), 'out of credits', 'and is never made shorter');
select is((select count from ops.counts() where name = 'platforms paused'), 1::bigint, 'operators are told');
select ops.resume_platform('x');
select is(private.connection_hold(id, private.now()), null, 'an operator ends it') from made;
select ops.pause_platform('x', 'looking', '1 hour');
select tests.freeze('2030-01-01 01:00:00Z');
select private.look_after_connections();
select is((select paused_until from private.platforms where platform = 'x'), null, 'or its time');

-- Connections by themselves.
select private.hold_connection(id, 'limited', private.now() + interval '10 minutes', 'rate_limited', 'Too many requests') from made;
select private.hold_connection(id, 'limited', private.now() + interval '1 minute', 'less', 'less') from made;
select is((tests.connection(id)).held_until, private.now() + interval '10 minutes', 'a wait is never made shorter') from made;
select private.hold_connection(id, 'reconnect_needed', null, '190/463', 'Session expired') from made;
select private.hold_connection(id, 'limited', private.now() + interval '1 day', 'more', 'more') from made;
select is(private.connection_hold(id, private.now()), 'reconnect_needed', 'and hides nothing that its owner alone can mend') from made;
select tests.freed();
select tests.connect_account('ana');
select is((tests.connection(id)).state, 'live', 'connecting it anew mends it') from made;
select is(tests.freed(), array[id], 'and its line goes on') from made;

-- The end of an access.
select tests.connect_account('ana', 'linkedin', 'li', '{"refresh_token": null, "expires_in": 5184000}') as li into temporary li;
select is((tests.connection(li)).expires_at, private.now() + interval '60 days', 'an access that cannot be renewed ends') from li;
select tests.later('53 days 1 second'), private.look_after_connections();
select is((tests.connection(li)).state, 'expiring', 'its owner is told a week before') from li;
select is(private.connection_hold(li, private.now()), null, 'and it works until then') from li;
select tests.later('7 days'), private.look_after_connections();
select is((tests.connection(li)).state_code, 'access_expired', 'and told when it has ended') from li;

-- What is renewed though nothing is published.
select is_empty('select from worker.receive_renewals(10) r where r ->> ''platform'' = ''x''', 'never where a refresh token can be used once');
select tests.connect_account('ana', 'instagram', 'ig', '{"refresh_token": null, "expires_in": 5184000}');
select is_empty('select worker.receive_renewals(10)', 'nor before it is time');
select tests.later('50 days');
select is(private.has_endings_due(), true, 'ten days before its end the worker is woken');
select is((select r ->> 'connection_id' from worker.receive_renewals(10) r), other::text, 'and renews it') from made;
select is_empty('select worker.receive_renewals(10)', 'one at a time');
select ops.set_secret('app_secret', 's3cret'), ops.set_platform('instagram', 'app', 'app_secret', 'v22.0');
select tests.freeze('2027-03-01 00:00:00Z');
select is(private.api_versions_ending(), 0::bigint, 'a version that is good for more than 60 days');
select tests.freeze('2027-03-22 00:00:00Z');
select is((select count from ops.counts() where name = 'api versions ending'), 1::bigint, 'and one that is not');

select * from finish();
rollback;
