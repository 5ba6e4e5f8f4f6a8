-- Tables, views, materialized and foreign tables: all that is theirs and not a column's. The flags of row level
-- security stand here; the policies are a kind of their own.
select
  format('%s', c.oid::regclass) as name,
  jsonb_build_object(
    'kind', c.relkind,
    'owner', c.relowner::regrole,
    'grants', pg_temp.grants(c.relacl, 'r', c.relowner),
    'comment', obj_description(c.oid, 'pg_class'),
    'persistence', c.relpersistence,
    'access_method', (select a.amname from pg_am a where a.oid = c.relam),
    'options', to_jsonb(c.reloptions),
    'toast_options', (select to_jsonb(t.reloptions) from pg_class t where t.oid = c.reltoastrelid),
    'row_level_security', c.relrowsecurity,
    'forced_row_level_security', c.relforcerowsecurity,
    'replica_identity', c.relreplident,
    'partition_key', case when c.relkind = 'p' then pg_get_partkeydef(c.oid) end,
    'partition_bound', pg_get_expr(c.relpartbound, c.oid),
    'parents', (select jsonb_agg(i.inhparent::regclass order by i.inhseqno) from pg_inherits i where i.inhrelid = c.oid),
    'query', case when c.relkind in ('v', 'm') then pg_get_viewdef(c.oid) end
  ) as definition
from pg_class c
where c.relnamespace <> all (pg_temp.not_ours()) and c.relkind in ('r', 'p', 'v', 'm', 'f')
