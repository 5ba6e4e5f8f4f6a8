create view public.project with (security_invoker = true) as select * from public.projects;
comment on view public.project is 'Projects, by the name that some queries know them by. Written as projects.';

revoke all on public.project from anon, authenticated, service_role;
grant select on public.project to authenticated, service_role;
