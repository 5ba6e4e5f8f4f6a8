create function private.referred_jobs(p_user_id uuid) returns uuid[]
language plpgsql stable set search_path = '' as $$
begin
  -- Addresses and paths of results have their job's id in them, and nodes name their job: any mention counts.
  return array(
    select distinct mention[1]::uuid from public.projects p,
      regexp_matches(p.content::text, '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}', 'g') mention
    where p.user_id = p_user_id
    union
    select m."trainingJobId" from public.ai_models m where m."userId" = p_user_id and m."trainingJobId" is not null);
end
$$;
comment on function private.referred_jobs(uuid) is
  'The jobs that a user''s projects and models refer to, and whatever else looks like an id in a project.';
revoke execute on function private.referred_jobs(uuid) from public;

create function private.used_inputs(p_user_id uuid) returns table (path text, until timestamptz)
language plpgsql stable set search_path = '' as $$
begin
  return query
    select used.path, max(case when j.completed_at is null or r.inputs is null then 'infinity'
      else j.completed_at + r.inputs end)
    from public.jobs j, lateral private.retention_of(j.tool) r,
      lateral jsonb_path_query(j.input, 'strict $.**') value,
      lateral (select value #>> '{}' as path) used
    where j.user_id = p_user_id and jsonb_typeof(value) = 'string' and used.path like j.user_id || '/%'
    group by used.path;
end
$$;
comment on function private.used_inputs(uuid) is
  'The files that a user''s jobs were given, and until when each is kept: by the job that keeps it longest, infinity '
  'while one has not ended.';
revoke execute on function private.used_inputs(uuid) from public;
