-- Constraints of tables and domains.
select
  format('%s on %s', quote_ident(c.conname),
    case when c.conrelid <> 0 then c.conrelid::regclass::text else c.contypid::regtype::text end) as name,
  jsonb_build_object(
    'definition', pg_get_constraintdef(c.oid),
    'validated', c.convalidated,
    'comment', obj_description(c.oid, 'pg_constraint')
  ) as definition
from pg_constraint c
where c.connamespace <> all (pg_temp.not_ours())
