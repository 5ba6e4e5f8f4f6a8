begin;
select plan(22);

select tests.create_user('ana'), tests.create_user('bo');
select tests.freeze('2030-01-01 00:00:00Z');
create temporary table made on commit drop as select tests.connect_account('ana') as id;
select tests.freed();

select is((worker.disconnect(id, tests.user_id('ana'))).state, 'revoked', 'its owner ends it') from made;
select is(private.connection_hold(id, private.now()), 'revoked', 'nothing begins with it') from made;
select is(tests.freed(), array[id], 'and its line is gone through') from made;
select is_empty('select from private.connection_tokens', 'its tokens are gone');
select tests.refuses(format('select worker.connection_tokens(%L)', id), 409, 'connection_revoked', null, 'for workers too') from made;
select is(worker.disconnect(id, tests.user_id('ana')), tests.connection(id), 'once more changes nothing') from made;
select results_eq('select r - ''id'' from worker.receive_revocations(10) r',
  $$ values ('{"platform": "x", "tries": 1, "tokens": {"access_token": "access-1", "refresh_token": "refresh-1"}}'::jsonb) $$,
  'a worker gives them back');
select is_empty('select worker.receive_revocations(10)', 'nobody else at the same time');
select is(private.has_endings_due(), false, 'and nobody is woken for it');
select tests.freeze('2030-01-01 00:01:00Z');
select is(private.has_endings_due(), true, 'until the lease is over');
select is((select (r ->> 'tries')::integer from worker.receive_revocations(10) r), 2, 'then it is tried again');
select is(worker.revocation_done(id, true), false, 'what could not be given back stays') from private.revocations;
select is(worker.revocation_done(id), true, 'what was is forgotten') from private.revocations;
select tests.connect_account('ana', 'x', '1001', '{"access_token": "access-7"}');
select is((tests.connection(id)).state, 'live', 'connected anew, it is the one that it was') from made;

-- All accounts of a user hang on one grant.
select tests.connect_account('ana', 'instagram', 'ig-1') as one, tests.connect_account('ana', 'instagram', 'ig-2') as two into temporary pages;
select worker.disconnect(one, tests.user_id('ana')) from pages;
select is_empty('select from private.revocations', 'the grant is not given back while another needs it');
select worker.disconnect(two, tests.user_id('ana')) from pages;
select is((select platform from private.revocations), 'instagram', 'but with the last');
select worker.revocation_done(id) from private.revocations;

-- Whoever leaves.
select tests.connect_account('bo', 'x', '2001'), tests.connect_account('bo', 'x', '2002');
select worker.save_choice(tests.user_id('bo'), 'x', '{"access_token": "chosen"}');
select is(ops.forget_user(tests.user_id('bo')) -> 'connections', '2', 'who leaves takes theirs along');
select is((select count(*) from private.revocations), 2::bigint, 'and each is given back');
select is_empty(format('select from private.revocations r where r::text like %L', '%' || tests.user_id('bo') || '%'), 'of nobody in particular');
select is_empty('select from private.connection_choices', 'sign-ins that came to nothing are gone');
update private.revocations set tries = 12 where true;
select is(worker.revocation_done(id, true), true, 'what could not be given back in two days is let go') from private.revocations limit 1;
-- A key that is gone keeps nobody here.
delete from vault.secrets where name = private.seal_key();
select lives_ok('delete from auth.users where id = tests.user_id(''ana'')', 'whose tokens cannot be opened any more can leave');

select * from finish();
rollback;
