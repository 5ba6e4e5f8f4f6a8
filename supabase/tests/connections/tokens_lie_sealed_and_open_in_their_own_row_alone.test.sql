begin;
select plan(13);

select tests.create_user('ana'), tests.create_user('bo');
create temporary table made on commit drop as
select tests.connect_account('ana') as one, tests.connect_account('bo', 'x', '1002', '{"access_token": "access-2"}') as other;

select is(worker.connection_tokens(one) ->> 'access_token', 'access-1', 'a worker has the token') from made;
select is_empty(
  $$ select from private.connection_tokens t where position('access-'::bytea in t.access_token) + position('refresh-'::bytea in t.refresh_token) > 0 $$,
  'nothing of it can be read where it lies');
select isnt(a.access_token, b.access_token, 'sealed twice, the same looks otherwise')
from (select private.seal('x', 'access-1', private.seal_key()) as access_token) a,
  (select private.seal('x', 'access-1', private.seal_key()) as access_token) b;
update private.connection_tokens t set access_token = o.access_token from made, private.connection_tokens o
where t.connection_id = one and o.connection_id = other;
select throws_ok(format('select worker.connection_tokens(%L)', one), 'XX001', null, 'that of another row does not open')
from made;
update private.connection_tokens t set access_token = set_byte(access_token, octet_length(access_token) - 3,
  (get_byte(access_token, octet_length(access_token) - 3) + 1) % 256)
from made where t.connection_id = other;
select throws_ok(format('select worker.connection_tokens(%L)', other), '39000', null, 'nor does what was changed') from made;

-- Another key.
select tests.freeze('2030-01-01 00:00:00Z');
select tests.connect_account('ana', 'x', '1003') as kept, private.seal_key() as old_key into temporary keys;
select isnt(ops.rotate_connections_key(), old_key, 'a new key is made') from keys;
select is(worker.connection_tokens(kept) ->> 'access_token', 'access-1', 'what lies under the old one opens') from keys;
select tests.connect_account('ana', 'x', '1004');
select is((select count(*) from keys, private.connection_tokens t where t.key_name <> old_key), 1::bigint, 'what comes is sealed under the new one');
delete from public.connections c using made where c.id in (one, other); -- what cannot be opened keeps nobody
select tests.freeze('2030-01-01 02:00:00Z');
select cmp_ok(private.reseal(), '>=', 1, 'what is there is sealed anew');
select isnt(t.key_name, old_key, 'all of it') from keys, private.connection_tokens t where t.connection_id = kept;
select is(worker.claim_refresh(kept) - array['claim', 'seconds'],
  '{"verdict": "claimed", "access_token": "access-1", "refresh_token": "refresh-1"}', 'and is what it was') from keys;
select is_empty(format('select from vault.secrets where name = %L', old_key), 'the old key is gone') from keys;
select is((select count(*) from private.seal_keys), 1::bigint, 'and there is one');

select * from finish();
rollback;
