-- Projects: canvases, on whose nodes jobs show what they do (see the effects room for how).
--
-- A project's content is saved whole by its owner's app while jobs land in it. Every save names the version that it has
-- seen: a stale one is refused, never merged by guessing (shared/rows/project.ts takes over what has landed meanwhile).
-- Each change is told on the private topic project:{project_id}.

create table public.projects (
  id uuid primary key default gen_random_uuid(),
  user_id uuid not null default auth.uid() references auth.users (id) on delete cascade,
  name text,
  content jsonb not null default '{"nodes": [], "edges": [], "viewport": {"x": 0, "y": 0, "zoom": 1}}',
  version integer not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint names_have_1_to_200_characters check (char_length(name) between 1 and 200),
  constraint content_has_a_list_of_nodes check (coalesce(jsonb_typeof(content -> 'nodes') = 'array', false)),
  constraint content_has_at_most_8_mib check (pg_column_size(content) <= 8388608) -- each effect writes it anew
) with (fillfactor = 70);
-- Written anew by each effect, which compressing takes several times as long as writing; and its size can be looked at.
alter table public.projects alter column content set storage external;
create index projects_by_user on public.projects (user_id);

alter table public.projects enable row level security;
revoke all on public.projects from anon, authenticated, service_role;

comment on table public.projects is 'A canvas of one user, on whose nodes jobs show what they do.';
comment on column public.projects.name is 'What its owner calls it; null: nothing yet.';
comment on column public.projects.content is
  '{nodes: [{id, type, data, …}], edges, viewport}. In data, jobs write generated, loading, status, error, requestId, '
  'jobId and updatedAt; all else is the owner''s.';
comment on column public.projects.version is
  'Rises by one with each change. Whoever saves content says which one it is based on.';

grant select on public.projects to authenticated, service_role;
grant insert (id, user_id, name, content), update (name, content, version), delete on public.projects
  to authenticated, service_role;

create policy "users see their own projects" on public.projects for select to authenticated
  using (user_id = (select private.caller()));
create policy "admins see all projects" on public.projects for select to esteira_admin
  using ((select private.is_admin()));
create policy "users make their own projects" on public.projects for insert to authenticated
  with check (user_id = (select private.caller()));
create policy "users change their own projects" on public.projects for update to authenticated
  using (user_id = (select private.caller())) with check (user_id = (select private.caller()));
create policy "users delete their own projects" on public.projects for delete to authenticated
  using (user_id = (select private.caller()));
