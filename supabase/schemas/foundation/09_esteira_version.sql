create function public.esteira_version() returns text
language sql immutable set search_path = '' as $$
  select '0.3.0'
$$;
comment on function public.esteira_version() is
  'The version of this schema (semver.org), that of the release which brought it. Edge Functions refuse to work on '
  'one that is older than they are (503 schema_too_old); a newer one serves the functions of the release before as '
  'well.';
-- Signed-in users may know it: an app shows it in a bug report, and asks whether it is up to date. Who has not signed
-- in would learn nothing from it but which known holes to try.
revoke execute on function public.esteira_version() from public, anon;
grant execute on function public.esteira_version() to authenticated, service_role;
