create function private.fingerprint(p_tool text, p_input jsonb) returns bytea
language plpgsql stable set search_path = '' as $$
begin
  return sha256(convert_to(jsonb_build_array(p_input ->> 'connectionId', p_tool, p_input ->> 'caption', (
    select coalesce(jsonb_agg(coalesce(file ->> 'path', file ->> 'url') order by n), '[]')
    from jsonb_array_elements(case jsonb_typeof(p_input -> 'mediaFiles') when 'array' then p_input -> 'mediaFiles'
      else '[]' end) with ordinality files (file, n)))::text, 'UTF8'));
end
$$;
comment on function private.fingerprint(text, jsonb) is
  'What is published, in 32 bytes: the same for the same option, caption and files with the same connection.';
revoke execute on function private.fingerprint(text, jsonb) from public;

create function private.counts_as_there(p_job public.jobs, p_publication public.publications) returns boolean
language plpgsql immutable set search_path = '' as $$
begin
  return case
    when p_publication.unknown_at is not null then p_publication.resolved is distinct from 'not_there'
    else p_job.status in ('pending', 'processing', 'completed') end;
end
$$;
comment on function private.counts_as_there(public.jobs, public.publications) is
  'Whether a publication is there, may be, or is to be: one of which nobody knows is, until somebody has looked.';
revoke execute on function private.counts_as_there(public.jobs, public.publications) from public;

create function private.refuse_duplicate(p_connection_id uuid, p_fingerprint bytea, p_at timestamptz) returns void
language plpgsql volatile set search_path = '' as $$
declare
  v_job_id uuid;
begin
  -- Volatile, so that it sees what was committed before a lock was had; a linter would have it stable.
  -- @plpgsql_check_options: performance_warnings = off
  select p.job_id into v_job_id from public.publications p join public.jobs j on j.id = p.job_id
  where p.connection_id = p_connection_id and p.fingerprint = p_fingerprint
    and p.created_at > p_at - interval '24 hours' and private.counts_as_there(j, p)
  order by p.created_at desc limit 1;
  if v_job_id is null then return; end if;
  perform private.refuse(409, 'duplicate_content', 'The same was published there within 24 hours.',
    jsonb_build_object('field', 'allowDuplicate', 'job_id', v_job_id)::text);
end
$$;
comment on function private.refuse_duplicate(uuid, bytea, timestamptz) is
  'Error 409 duplicate_content when the same content went, or is to go, to a connection within 24 hours before p_at. '
  'Exact, because one user''s creates go one at a time.';
revoke execute on function private.refuse_duplicate(uuid, bytea, timestamptz) from public;

create function private.refuse_again(p_job public.jobs) returns void
language plpgsql volatile set search_path = '' as $$
begin
  -- Volatile, so that it sees what was committed before a lock was had; a linter would have it stable.
  -- @plpgsql_check_options: performance_warnings = off
  if not exists (select from public.publications p where p.job_id = p_job.id and private.counts_as_there(p_job, p)) then
    return;
  end if;
  perform private.refuse(409, 'duplicate_content', 'It may be there: look first, and say what you found.',
    jsonb_build_object('field', 'job_id', 'job_id', p_job.id)::text);
end
$$;
comment on function private.refuse_again(public.jobs) is
  'Error 409 duplicate_content when a publication that has ended may be there, whatever its input allows: it is not '
  'done again before somebody has looked.';
revoke execute on function private.refuse_again(public.jobs) from public;
