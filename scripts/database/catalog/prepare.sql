-- What the queries beside this share, made anew in each session.

create or replace function pg_temp.not_ours() returns oid[]
language sql immutable as $$
  -- Immutable, so that it is computed once: no schema comes or goes while a catalog is read.
  select array_agg(oid) from pg_namespace where nspname ~ '^(pg_.*|information_schema)$'
$$;

create or replace function pg_temp.grants(p_acl aclitem[], p_kind "char", p_owner oid) returns jsonb
language sql stable as $$
  -- No list is the default list, and its order says nothing.
  select jsonb_agg(g.line order by g.line) from (
    select format('%s: %s by %s',
      case when a.grantee = 0 then 'public' else a.grantee::regrole::text end,
      string_agg(a.privilege_type || case when a.is_grantable then '*' else '' end, ', ' order by a.privilege_type),
      a.grantor::regrole) as line
    from aclexplode(case when p_kind is null then p_acl else coalesce(p_acl, acldefault(p_kind, p_owner)) end) a
    group by a.grantee, a.grantor) g
$$;
