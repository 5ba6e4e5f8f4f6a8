begin;
select plan(22);

create function pg_temp.secret(p_name text) returns text language sql as $$
  select decrypted_secret from vault.decrypted_secrets where name = p_name
$$;
select is(ops.set_secret('a_key', E'  sk-1234\r\n'), 'created', 'a secret is set');
select is(pg_temp.secret('a_key'), 'sk-1234', 'without what pasting brings along');
select is(ops.set_secret('a_key', E'\u200bsk-5678\ufeff\t'), 'updated', 'and set again');
select is(pg_temp.secret('a_key'), 'sk-5678', 'without invisible marks');
select is((select count(*) from vault.secrets where name = 'a_key'), 1::bigint, 'in its place');
select tests.refuses(format('select ops.set_secret(%L, %L)', 'a_key', secret), 422, 'invalid_input', 'secret', 'no secret: ' || coalesce(quote_literal(secret), 'null'))
from unnest(array[null, '', E' \n', 'sk 12', E'sk\n12', 'sk-é']) secret;
select tests.refuses($$ select ops.set_secret('a key', 'x') $$, 422, 'invalid_input', 'name', 'nor is that a name');
select tests.refuses(format('select ops.set_secret(%L, %L)', 'project_url', url), 422, 'invalid_input', 'secret', 'no address: ' || url)
from unnest(array['project.supabase.co', 'ftp://a.test', 'https://', 'https:///x', 'https://<ref>.supabase.co', 'https://a.test:port']) url;
select lives_ok($$ select ops.set_secret('project_url', E' https://abc.supabase.co/ \n') $$, 'an address is one');
select is(pg_temp.secret('project_url'), 'https://abc.supabase.co', 'and ends where a path can be added');
select lives_ok($$ select ops.set_secret('alert_webhook_url', 'https://hooks.example.com/T1/x?y=1') $$, 'it may have a path');

-- Whoever sets it by the Vault's own function.
select vault.update_secret((select id from vault.secrets where name = 'a_key'), E'sk-9\n');
select is(private.secret('a_key'), 'sk-9', 'what was not set by us is trimmed as it is read');

select * from finish();
rollback;
