begin;
select plan(13);

select tests.create_user('ana'), tests.create_user('bo');
select tests.freeze('2030-01-01 00:00:00Z');
create temporary table made on commit drop as select tests.connect_account('ana') as id, tests.connect_account('bo') as other;
grant select on made to public;

select is(to_jsonb(worker.list_connections(tests.user_id('ana'))) - 'id', '{"platform": "x", "external_id": "1001",
  "display_name": "@1001", "avatar_url": null, "scopes": ["tweet.write"], "state": "live", "state_code": null,
  "state_message": null, "expires_at": null, "held_until": null, "checked_at": "2030-01-01T00:00:00+00:00",
  "created_at": "2030-01-01T00:00:00+00:00", "updated_at": "2030-01-01T00:00:00+00:00",
  "limit": {"used": 0, "total": 100, "windowSeconds": 900, "resetsAt": null, "source": "ours"}}',
  'as it is shown');

select tests.as_user('ana');
select results_eq('select id from public.connections', 'select id from made', 'an owner sees their own');
select throws_ok('select settings from public.connections', '42501', null, 'not what its calls need');
select throws_ok('update public.connections set state = ''live'' where true', '42501', null, 'and changes nothing');
select throws_ok('delete from public.connections where true', '42501', null, 'nor deletes it behind the platform''s back');
select throws_ok('select * from private.connection_tokens', '42501', null, 'tokens are nobody''s to see');
select tests.reset(), tests.as_admin();
select is((select count(*) from public.connections), 2::bigint, 'admins see all');
select tests.reset(), tests.as_service();
select throws_ok('select * from private.connection_tokens', '42501', null, 'not even for a server');
select lives_ok('select worker.connection_tokens(id) from made', 'but by the one function for it');
select tests.reset(), tests.as_anon();
select throws_ok('select id from public.connections', '42501', null, 'who is not signed in sees none');
select tests.reset();

select tests.refuses(format('select worker.connection_tokens(%L)', gen_random_uuid()), 404, 'connection_not_found', null, 'there is no such connection');
select tests.refuses(format('select worker.disconnect(%L, %L)', other, tests.user_id('ana')), 404, 'connection_not_found', null,
  'nobody ends what is another''s') from made;
select tests.refuses('select worker.save_connection(tests.user_id(''ana''), ''myspace'', ''{}'', ''{}'')', 404, 'unknown_platform', 'platform',
  'a platform that there is not');

select * from finish();
rollback;
