-- Extensions: where they lie, and in which version. What they brought is compared with everything else.
select
  e.extname as name,
  jsonb_build_object(
    'schema', e.extnamespace::regnamespace,
    'version', e.extversion,
    'owner', e.extowner::regrole,
    'comment', obj_description(e.oid, 'pg_extension')
  ) as definition
from pg_extension e
