-- Triggers on tables, and whether they fire. Those that enforce foreign keys are their constraint's.
select
  format('%s on %s', quote_ident(t.tgname), t.tgrelid::regclass) as name,
  jsonb_build_object(
    'definition', pg_get_triggerdef(t.oid),
    'enabled', t.tgenabled,
    'comment', obj_description(t.oid, 'pg_trigger')
  ) as definition
from pg_trigger t
join pg_class c on c.oid = t.tgrelid
where c.relnamespace <> all (pg_temp.not_ours()) and not t.tgisinternal
