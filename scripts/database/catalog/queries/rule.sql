-- Rewrite rules; that of a view is the view's query.
select
  format('%s on %s', quote_ident(r.rulename), r.ev_class::regclass) as name,
  jsonb_build_object(
    'definition', pg_get_ruledef(r.oid),
    'enabled', r.ev_enabled,
    'comment', obj_description(r.oid, 'pg_rewrite')
  ) as definition
from pg_rewrite r
join pg_class c on c.oid = r.ev_class
where c.relnamespace <> all (pg_temp.not_ours()) and r.rulename <> '_RETURN'
