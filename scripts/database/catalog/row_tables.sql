-- The tables that hold rows of the project's own in a database that nobody has used yet: its own tables, its queues,
-- and those of the platform in which migrations write. For each: the columns that say what a row is, and those of them
-- that name it.
--
-- Left out is what differs each time that a row is written: numbers that the database gives (and what refers to them),
-- secrets' ids, and times that default to now.
with tables as (
  select c.oid from pg_class c
  where c.relkind in ('r', 'p')
    and (c.relnamespace::regnamespace::text in ('public', 'private', 'worker', 'ops', 'pgmq')
      or c.oid::regclass::text in ('storage.buckets', 'cron.job'))
), given as ( -- columns whose values the database makes up
  select a.attrelid, a.attnum from pg_attribute a
  left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
  where a.attidentity <> ''
    or pg_get_expr(d.adbin, d.adrelid) ~ '^(nextval\(|now\(\)|clock_timestamp\(\)|CURRENT_TIMESTAMP|gen_random_uuid\(\))'
), referring as ( -- and those that refer to one of them
  select con.conrelid as attrelid, k.attnum
  from pg_constraint con
  cross join unnest(con.conkey, con.confkey) as k (attnum, refnum)
  join given g on g.attrelid = con.confrelid and g.attnum = k.refnum
  where con.contype = 'f'
), telling as (
  select a.attrelid, a.attnum, a.attname from pg_attribute a join tables t on t.oid = a.attrelid
  where a.attnum > 0 and not a.attisdropped
    and (a.attrelid, a.attnum) not in (select attrelid, attnum from given union select attrelid, attnum from referring)
    -- Bookkeeping of pgmq and of Storage, written by clock; where pg_cron reaches this server.
    and not (a.attname in ('created_at', 'updated_at') and a.attrelid::regclass::text in ('pgmq.meta', 'storage.buckets'))
    and not (a.attname in ('nodename', 'nodeport') and a.attrelid::regclass::text = 'cron.job')
)
select
  t.oid::regclass::text as "table",
  (select array_agg(quote_ident(attname) order by attnum) from telling where attrelid = t.oid) as columns,
  (select array_agg(quote_ident(c.attname) order by c.attnum)
   from telling c
   join (
     select i.indrelid, i.indkey from pg_index i
     where i.indrelid = t.oid and i.indisunique and i.indpred is null and i.indexprs is null
       and not exists (
         select from unnest(i.indkey::smallint[]) k (attnum)
         where not exists (select from telling x where x.attrelid = t.oid and x.attnum = k.attnum))
     order by i.indisprimary desc, i.indexrelid limit 1
   ) unique_index on c.attnum = any (unique_index.indkey)
   where c.attrelid = t.oid) as key
from tables t
order by 1
