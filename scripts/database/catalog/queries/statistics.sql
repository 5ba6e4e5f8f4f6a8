-- Extended statistics, which the planner may lean on.
select
  format('%I.%I', s.stxnamespace::regnamespace, s.stxname) as name,
  jsonb_build_object(
    'definition', pg_get_statisticsobjdef(s.oid),
    'target', s.stxstattarget,
    'owner', s.stxowner::regrole,
    'comment', obj_description(s.oid, 'pg_statistic_ext')
  ) as definition
from pg_statistic_ext s
