-- What new objects are granted to by themselves ("alter default privileges").
select
  format('%s of %s in %s', d.defaclobjtype, d.defaclrole::regrole,
    case when d.defaclnamespace = 0 then 'any schema' else d.defaclnamespace::regnamespace::text end) as name,
  jsonb_build_object('grants', pg_temp.grants(d.defaclacl, null, null)) as definition
from pg_default_acl d
