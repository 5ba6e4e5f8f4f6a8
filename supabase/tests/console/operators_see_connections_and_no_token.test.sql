begin;
select plan(24);

select tests.create_user('ana', 100), tests.create_user('bo', 100), tests.enable_publishing(20);
select tests.freeze('2030-01-01 12:00:00Z');
create temporary table made as select tests.connect_account('ana', 'x', '1001') as sealed;
select tests.connect('ana', 'blog', 'linkedin'), tests.connect('bo', 'pictures', 'instagram');
select worker.connection_checked(tests.connection_id('pictures'), '{"total": 50, "used": 20, "windowSeconds": 86400}', '{"display_name": "Bo''s pictures"}');
select private.hold_connection(tests.connection_id('blog'), 'limited', '2030-01-01 13:00:00Z', 'posting_limit', 'Enough.');

create function pg_temp.one(p_id uuid) returns jsonb language sql as $$
  select ops_api.connections(jsonb_build_object('connection_id', p_id)) #> '{connections,0}'
$$;
create function pg_temp.names(p_filter jsonb, p_limit integer default 50, p_after uuid default null) returns text language sql as $$
  select string_agg(c ->> 'display_name', ', ' order by n) from jsonb_array_elements(ops_api.connections(p_filter, p_limit, p_after) -> 'connections') with ordinality cs (c, n)
$$;
select is((select pg_temp.one(sealed) - array['id', 'user_id', 'created_at', 'updated_at', 'checked_at'] from made), '{"user_email": "ana@example.test", "platform": "x",
  "external_id": "1001", "display_name": "@1001", "scopes": ["tweet.write"], "state": "live", "state_code": null, "state_message": null, "expires_at": null, "expires_ms": null,
  "held_until": null, "held_ms": null, "is_paused": false, "limit": {"used": 0, "total": 100, "source": "ours", "resetsAt": null, "windowSeconds": 900},
  "access": {"expires_at": "2030-01-01T14:00:00+00:00", "refreshed_at": "2030-01-01T12:00:00+00:00", "can_be_renewed": true, "renew_at": null, "failures": 0}, "waiting": 0}'::jsonb,
  'a connection is told');
select is((select pg_temp.one(sealed)::text ~ 'access-1|refresh-1|token' from made), false, 'and no token');
select is(pg_temp.one(tests.connection_id('pictures')) -> 'limit', '{"used": 20, "total": 50, "source": "platform", "resetsAt": null, "windowSeconds": 86400}', 'what it may post, as its platform says');
select is(pg_temp.one(tests.connection_id('pictures')) -> 'checked_at', '"2030-01-01T12:00:00+00:00"', 'when that was asked');
select is(pg_temp.one(tests.connection_id('pictures')) -> 'access', 'null', 'one without tokens has none');
select is(pg_temp.one(tests.connection_id('blog')) @> '{"state": "limited", "state_code": "posting_limit", "held_until": "2030-01-01T13:00:00+00:00", "held_ms": 3600000, "is_paused": false}', true,
  'until when it waits');

select tests.publish('ana', 'one', 'blog', 'linkedin_post'), tests.publish('ana', 'two', 'blog', 'linkedin_post');
select is(pg_temp.one(tests.connection_id('blog')) -> 'waiting', '2', 'how many wait for it');

select ops.act('pause', jsonb_build_object('connection_id', tests.connection_id('pictures')), false, 'being asked');
select is(pg_temp.one(tests.connection_id('pictures')) @> '{"is_paused": true, "held_until": null, "held_ms": null, "state_message": "being asked"}', true, 'one that an operator has paused, for as long as they like');
select ops.act('resume', jsonb_build_object('connection_id', tests.connection_id('pictures')), false);
select is(pg_temp.one(tests.connection_id('pictures')) -> 'is_paused', 'false', 'and resumed');

select is(pg_temp.names('{"platform": "linkedin"}'), 'blog', 'by platform');
select is(pg_temp.names('{"state": ["limited", "revoked"]}'), 'blog', 'by state');
select is(pg_temp.names(jsonb_build_object('user_id', tests.user_id('bo'))), 'Bo''s pictures', 'by user');
select is(pg_temp.names('{"text": "BO''S"}'), 'Bo''s pictures', 'by its name');
select is(pg_temp.names('{"text": "1001"}'), '@1001', 'by its id at the platform');
select is(pg_temp.names('{"text": "bo@example"}'), 'Bo''s pictures', 'by its user''s e-mail');
select is(pg_temp.names('{"text": "100%"}'), null, 'a text is no pattern');
select is((select count(distinct id) from (select pg_temp.names('{}', 1, null) union all select pg_temp.names('{}', 1, (ops_api.connections('{}', 1) ->> 'next')::uuid)
  union all select pg_temp.names('{}', 1, (ops_api.connections('{}', 2) ->> 'next')::uuid)) pages (id)), 3::bigint, 'page by page');
select is(ops_api.connections('{}', 4) -> 'next', 'null', 'until the last');
select tests.refuses($$ select ops_api.connections('{"state": "lost"}') $$, 422, 'invalid_filter', 'state', 'there are five states');
select tests.refuses($$ select ops_api.connections('{}', 201) $$, 422, 'invalid_input', 'limit', 'a page is of 200 at most');

create function pg_temp.platform(p_platform text) returns jsonb language sql as $$
  select p from jsonb_array_elements(ops_api.platforms() -> 'platforms') p where p ->> 'platform' = p_platform
$$;
select is(pg_temp.platform('x') -> 'limit', '{"used": 0, "total": 10000, "resetsAt": null, "windowSeconds": 86400}', 'what all may post at a platform');
select is(pg_temp.platform('linkedin') -> 'connections', '{"limited": 1}', 'and how its connections stand');
select ops.act('pause', '{"platform": "x"}', false, 'the portal is being moved');
select is(pg_temp.platform('x') @> '{"is_paused": true, "paused_until": null, "pause_reason": "the portal is being moved"}', true, 'one that an operator has paused');
select is(jsonb_array_length(ops_api.platforms() -> 'platforms'), 7, 'all seven');

select * from finish();
rollback;
