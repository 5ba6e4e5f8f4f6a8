-- Columns. Their place counts among those that are there: `select *` and row types depend on it, dropped ones do not.
select
  format('%s.%s', c.oid::regclass, quote_ident(a.attname)) as name,
  jsonb_build_object(
    'place', row_number() over (partition by c.oid order by a.attnum),
    'type', format_type(a.atttypid, a.atttypmod),
    'not_null', a.attnotnull,
    'default', pg_get_expr(d.adbin, d.adrelid),
    'identity', a.attidentity,
    'generated', a.attgenerated,
    'collation', nullif(a.attcollation, 0)::regcollation,
    'storage', a.attstorage,
    'compression', a.attcompression,
    'statistics', a.attstattarget,
    'options', to_jsonb(a.attoptions),
    'grants', pg_temp.grants(a.attacl, null, null),
    'comment', col_description(c.oid, a.attnum)
  ) as definition
from pg_class c
join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
left join pg_attrdef d on d.adrelid = c.oid and d.adnum = a.attnum
where c.relnamespace <> all (pg_temp.not_ours()) and c.relkind in ('r', 'p', 'v', 'm', 'f')
