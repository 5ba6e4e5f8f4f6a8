-- Roles: what they may do, whose members they are, and their settings ("alter role … set").
select
  r.rolname as name,
  jsonb_build_object(
    'rights', jsonb_build_object(
      'superuser', r.rolsuper, 'inherit', r.rolinherit, 'create_role', r.rolcreaterole, 'create_db', r.rolcreatedb,
      'login', r.rolcanlogin, 'replication', r.rolreplication, 'bypass_rls', r.rolbypassrls,
      'connections', r.rolconnlimit),
    'member_of', (
      select jsonb_agg(jsonb_build_array(m.roleid::regrole, m.admin_option, m.inherit_option, m.set_option)
        order by m.roleid::regrole::text)
      from pg_auth_members m where m.member = r.oid),
    'settings', (
      select jsonb_agg(jsonb_build_array(s.setdatabase <> 0, s.setconfig) order by s.setdatabase <> 0)
      from pg_db_role_setting s where s.setrole = r.oid)
  ) as definition
from pg_roles r
where r.rolname !~ '^pg_'
