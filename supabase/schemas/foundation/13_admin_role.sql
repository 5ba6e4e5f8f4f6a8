-- Admins have a door of their own: a role of the database. A policy that says "their own, or an admin" hides from the
-- planner that an index has an owner's rows in order; so owners' policies are plain equality, and those of admins are
-- for this role alone, which owners are not asked about. Its members come by their tokens: see keep_admins.
do $$
begin
  -- Roles belong to the cluster and outlive a database; another one may be making it at this moment.
  create role esteira_admin nologin;
exception when duplicate_object or unique_violation then null;
end
$$;

do $$
begin
  -- An admin may do what any signed-in user may; and the servers of the platform may become one.
  if not pg_has_role('esteira_admin', 'authenticated', 'member') then grant authenticated to esteira_admin; end if;
  if not pg_has_role('authenticator', 'esteira_admin', 'member') then grant esteira_admin to authenticator; end if;
end
$$;
