-- Indexes, those of constraints too: an index can be invalid, and can have a comment or a tablespace of its own.
select
  format('%s', i.indexrelid::regclass) as name,
  jsonb_build_object(
    'definition', pg_get_indexdef(i.indexrelid),
    'valid', i.indisvalid,
    'clustered', i.indisclustered,
    'replica_identity', i.indisreplident,
    'tablespace', (select t.spcname from pg_tablespace t where t.oid = c.reltablespace),
    'statistics', (
      select jsonb_agg(a.attstattarget order by a.attnum) from pg_attribute a where a.attrelid = c.oid and a.attnum > 0),
    'comment', obj_description(c.oid, 'pg_class')
  ) as definition
from pg_index i
join pg_class c on c.oid = i.indexrelid
where c.relnamespace <> all (pg_temp.not_ours())
