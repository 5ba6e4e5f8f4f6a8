begin;
select plan(4);

select set_eq(
  $$ select role_name || ' ' || schema_name
     from unnest(array['anon', 'authenticated', 'service_role']) role_name, unnest(array['private', 'worker', 'ops', 'ops_api']) schema_name
     where has_schema_privilege(role_name, schema_name, 'usage') $$,
  array['authenticated private', 'authenticated ops_api', 'service_role worker', 'service_role ops', 'service_role ops_api'],
  'worker and ops are open to secret keys, private to the policies of signed-in users, ops_api to both, none to anon');
select is_empty(
  $$ select role_name, schema_name
     from unnest(array['anon', 'authenticated', 'service_role']) role_name,
          unnest(array['public', 'private', 'worker', 'ops', 'ops_api']) schema_name
     where has_schema_privilege(role_name, schema_name, 'create') $$,
  'no role of the Data API makes anything in them');
select is_empty(
  $$ select role_name from unnest(array['anon', 'authenticated']) role_name
     where has_schema_privilege(role_name, 'pgmq', 'usage') or has_schema_privilege(role_name, 'vault', 'usage') $$,
  'queues and secrets are out of the reach of users');
select is_empty(
  $$ select nspname from pg_namespace where nspname in ('private', 'worker', 'ops', 'ops_api') and obj_description(oid, 'pg_namespace') is null $$,
  'a schema''s comment says for whom it is');

select * from finish();
rollback;
