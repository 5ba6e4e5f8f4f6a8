-- Schemas: who owns them, who may use them or create in them.
select
  n.nspname as name,
  jsonb_build_object(
    'owner', n.nspowner::regrole,
    'grants', pg_temp.grants(n.nspacl, 'n', n.nspowner),
    'comment', obj_description(n.oid, 'pg_namespace')
  ) as definition
from pg_namespace n
where n.nspname !~ '^pg_(toast|temp)' and n.nspname not in ('pg_catalog', 'information_schema')
