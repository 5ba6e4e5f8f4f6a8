-- Sequences, those of identity columns too. Not where they stand.
select
  format('%s', c.oid::regclass) as name,
  jsonb_build_object(
    'type', s.seqtypid::regtype,
    'start', s.seqstart::text,
    'increment', s.seqincrement::text,
    'bounds', jsonb_build_array(s.seqmin::text, s.seqmax::text),
    'cache', s.seqcache::text,
    'cycle', s.seqcycle,
    'persistence', c.relpersistence,
    'owner', c.relowner::regrole,
    'grants', pg_temp.grants(c.relacl, 's', c.relowner),
    'comment', obj_description(c.oid, 'pg_class'),
    'column', (
      select format('%s.%s', d.refobjid::regclass, quote_ident(a.attname))
      from pg_depend d join pg_attribute a on a.attrelid = d.refobjid and a.attnum = d.refobjsubid
      where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype in ('a', 'i'))
  ) as definition
from pg_sequence s
join pg_class c on c.oid = s.seqrelid
where c.relnamespace <> all (pg_temp.not_ours())
