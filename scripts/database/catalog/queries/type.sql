-- Types that somebody made: enums with their labels in order, composites with their attributes, domains, ranges.
-- The row types of tables and the array types are not listed: they are what their table or element type is.
select
  format('%s', t.oid::regtype) as name,
  jsonb_build_object(
    'kind', t.typtype,
    'owner', t.typowner::regrole,
    'grants', pg_temp.grants(t.typacl, 'T', t.typowner),
    'comment', obj_description(t.oid, 'pg_type'),
    'labels', (select jsonb_agg(e.enumlabel order by e.enumsortorder) from pg_enum e where e.enumtypid = t.oid),
    'attributes', (
      select jsonb_agg(
        jsonb_build_array(a.attname, format_type(a.atttypid, a.atttypmod), col_description(c.oid, a.attnum))
        order by a.attnum)
      from pg_attribute a where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped),
    'base', case when t.typtype = 'd' then format_type(t.typbasetype, t.typtypmod) end,
    'not_null', t.typnotnull,
    'default', t.typdefault,
    'subtype', (select r.rngsubtype::regtype from pg_range r where r.rngtypid = t.oid)
  ) as definition
from pg_type t
left join pg_class c on c.oid = t.typrelid
where t.typnamespace <> all (pg_temp.not_ours()) and t.typcategory <> 'A' and coalesce(c.relkind, 'c') = 'c'
