begin;
select plan(29);

select tests.create_user('ana'), tests.create_user('bo');
select tests.freeze('2030-01-01 00:00:00Z');
select ops.allow_redirect('https://app.example/connections'), ops.allow_redirect('https://other.example:8443/a/*'), ops.allow_redirect('http://localhost:5173/*');
create function pg_temp.start(p_to text, p_hash text default 'hash') returns timestamptz language sql as $$
  select worker.start_connection(tests.user_id('ana'), 'x', p_hash, 'verifier', p_to)
$$;

select is(pg_temp.start('https://app.example/connections?tab=1#x'), '2030-01-01 00:10:00Z'::timestamptz, 'ten minutes to come back');
select is(worker.take_connection_start('hash'), jsonb_build_object('user_id', tests.user_id('ana'), 'platform', 'x', 'verifier', 'verifier',
  'redirect_to', 'https://app.example/connections?tab=1#x'), 'whoever comes back is known');
select tests.refuses('select worker.take_connection_start(''hash'')', 422, 'invalid_state', 'state', 'once');
select pg_temp.start('https://other.example:8443/a/b');
select tests.freeze('2030-01-01 00:10:00Z');
select tests.refuses('select worker.take_connection_start(''hash'')', 422, 'invalid_state', 'state', 'and not too late');

select tests.refuses(format('select pg_temp.start(%L)', url), 422, 'redirect_not_allowed', 'redirectTo', url || ' is nowhere that is allowed')
from unnest(array['https://app.example/', 'https://app.example/connections/more', 'https://app.example.evil.example/connections',
  'https://other.example/a/b', 'https://other.example:8443/b', 'https://other.example:8443@evil.example/a/', 'https://other.example:8443/a/../b',
  'https://other.example:8443/a/%2e%2e/b', 'https://other.example:8443/a/\evil.example', 'javascript:alert(1)', '//app.example/connections',
  'http://app.example/connections']) url;
select tests.refuses(format('select ops.allow_redirect(%L)', url), 422, 'invalid_input', 'url', url || ' is no address to allow')
from unnest(array['https://*', 'http://app.example/', 'https://app.example', 'https://app.example/?x', 'app.example/']) url;

select lives_ok($$ select pg_temp.start('http://localhost:5173/x', 'h' || n) from generate_series(1, 25) n $$, 'whoever keeps beginning');
select cmp_ok((select count(*) from private.connection_starts), '<=', 21::bigint, 'has no more than twenty at a time');

select worker.save_choice(tests.user_id('ana'), 'instagram', '{"accessToken": "secret"}') as id into temporary choice;
select is(worker.open_choice(id, tests.user_id('ana')), '{"platform": "instagram", "tokens": {"accessToken": "secret"}}', 'who has accounts to choose from chooses') from choice;
select tests.refuses(format('select worker.open_choice(%L, %L)', id, tests.user_id('bo')), 410, 'choice_expired', null, 'and nobody else for them') from choice;
select worker.save_choice(tests.user_id('ana'), 'x', '{}') as id into temporary spent;
select is(worker.open_choice(id, tests.user_id('ana'), true) ->> 'platform', 'x', 'what can be used once is taken') from spent;
select tests.refuses(format('select worker.open_choice(%L, %L)', id, tests.user_id('ana')), 410, 'choice_expired', null, 'and is there no longer') from spent;
select tests.freeze('2030-01-01 01:10:00Z');
select tests.refuses(format('select worker.open_choice(%L, %L)', id, tests.user_id('ana')), 410, 'choice_expired', null, 'within an hour') from choice;
select private.look_after_connections();
select is((select (select count(*) from private.connection_choices) + (select count(*) from private.connection_starts)), 0::bigint, 'then it is forgotten');

select * from finish();
rollback;
