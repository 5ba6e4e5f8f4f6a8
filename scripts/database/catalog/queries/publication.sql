-- Publications (logical replication, realtime's postgres_changes), and the tables in each.
select
  p.pubname as name,
  jsonb_build_object(
    'owner', p.pubowner::regrole,
    'all_tables', p.puballtables,
    'publishes', jsonb_build_array(p.pubinsert, p.pubupdate, p.pubdelete, p.pubtruncate),
    'via_root', p.pubviaroot,
    'comment', obj_description(p.oid, 'pg_publication'),
    'tables', (
      select jsonb_agg(jsonb_build_array(r.prrelid::regclass, pg_get_expr(r.prqual, r.prrelid), r.prattrs::text)
        order by r.prrelid::regclass::text)
      from pg_publication_rel r where r.prpubid = p.oid),
    'schemas', (
      select jsonb_agg(n.pnnspid::regnamespace order by n.pnnspid::regnamespace::text)
      from pg_publication_namespace n where n.pnpubid = p.oid)
  ) as definition
from pg_publication p
