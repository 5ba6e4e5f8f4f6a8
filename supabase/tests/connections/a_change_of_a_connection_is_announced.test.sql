begin;
select plan(8);

select tests.create_user('ana');
select tests.freeze('2030-01-01 00:00:00Z');
create function pg_temp.sent() returns setof jsonb language sql as $$
  select payload - array['id', 'connection_id'] from realtime.messages where event = 'connection_changed' and topic = 'jobs:' || tests.user_id('ana')
  order by inserted_at desc
$$;
create temporary table made on commit drop as select tests.connect_account('ana') as id;
select results_eq('select pg_temp.sent()', $$ values ('{"type": "connection_changed", "table": "connections", "schema": "public", "platform": "x",
  "state": "live", "state_code": null, "held_until": null, "at": "2030-01-01T00:00:00+00:00"}'::jsonb) $$, 'a new one');
select is((select payload ->> 'connection_id' from realtime.messages where event = 'connection_changed'), id::text, 'by its id') from made;
select worker.connection_checked(id, '{"used": 1, "total": 10, "windowSeconds": 60}', null) from made;
select is((select count(*) from pg_temp.sent()), 1::bigint, 'nothing that is not shown');
select is((tests.connection(id)).updated_at, private.now(), 'nor is that a change') from made;
select tests.freeze('2030-01-01 00:01:00Z');
select private.hold_connection(id, 'reconnect_needed', null, '190/463', 'Session expired') from made;
select is((select count(*) from pg_temp.sent() s where s ->> 'state' = 'reconnect_needed' and s ->> 'state_code' = '190/463'), 1::bigint, 'that it is to be connected anew');
select is((tests.connection(id)).updated_at, private.now(), 'which is a change') from made;
select worker.disconnect(id, tests.user_id('ana')) from made;
select is((select count(*) from pg_temp.sent() s where s ->> 'state' = 'revoked'), 1::bigint, 'that it was ended');
select is_empty($$ select from realtime.messages where payload::text ~ '(access|refresh)-' $$, 'and no token to anybody');

select * from finish();
rollback;
