-- Policies, also those on the platform's tables (realtime.messages, storage.objects).
select
  format('%s on %s', quote_ident(p.polname), p.polrelid::regclass) as name,
  jsonb_build_object(
    'command', p.polcmd,
    'permissive', p.polpermissive,
    'roles', (
      select jsonb_agg(case when r = 0 then 'public' else r::regrole::text end order by r::regrole::text)
      from unnest(p.polroles) r),
    'using', pg_get_expr(p.polqual, p.polrelid),
    'check', pg_get_expr(p.polwithcheck, p.polrelid),
    'comment', obj_description(p.oid, 'pg_policy')
  ) as definition
from pg_policy p
