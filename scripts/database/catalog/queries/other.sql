-- Everything else that somebody can have made, by its name: the project has none of it. Kinds that it begins to use
-- want a file of their own, which looks inside.
select
  format('%s %s', i.type, i.identity) as name,
  jsonb_build_object('comment', obj_description(o.oid, o.catalog::text)) as definition
from (
  select 'pg_operator'::regclass as catalog, oid from pg_operator
  union all select 'pg_cast', oid from pg_cast
  union all select 'pg_collation', oid from pg_collation
  union all select 'pg_conversion', oid from pg_conversion
  union all select 'pg_language', oid from pg_language
  union all select 'pg_opclass', oid from pg_opclass
  union all select 'pg_opfamily', oid from pg_opfamily
  union all select 'pg_transform', oid from pg_transform
  union all select 'pg_ts_config', oid from pg_ts_config
  union all select 'pg_ts_dict', oid from pg_ts_dict
  union all select 'pg_foreign_data_wrapper', oid from pg_foreign_data_wrapper
  union all select 'pg_foreign_server', oid from pg_foreign_server
) o, pg_identify_object(o.catalog, o.oid, 0) i
where o.oid >= 16384 -- the first number that initdb does not use
