create function private.note_post(
  p_job_id uuid, p_post_id text, p_permalink text, p_warnings jsonb, p_at timestamptz
) returns public.publications
language plpgsql set search_path = '' as $$
declare
  v_publication public.publications;
begin
  update public.publications set post_id = coalesce(p_post_id, post_id), permalink = coalesce(p_permalink, permalink),
    warnings = case when jsonb_typeof(p_warnings) = 'array' and p_warnings <> '[]' then p_warnings else warnings end,
    steps = private.with_step(steps, 'observe', 'published', p_at, jsonb_build_object('permalink', p_permalink))
  where job_id = p_job_id returning * into v_publication;
  return v_publication;
end
$$;
comment on function private.note_post(uuid, text, text, jsonb, timestamptz) is
  'Keeps what is known of a post that is there. The caller has the job locked.';
revoke execute on function private.note_post(uuid, text, text, jsonb, timestamptz) from public;

create function worker.published(
  p_job_id uuid, p_token uuid, p_post_id text, p_permalink text default null, p_warnings jsonb default '[]',
  p_raw jsonb default null, p_queue text default null, p_msg_id bigint default null
) returns text
language plpgsql volatile security definer set search_path = '' set plan_cache_mode = force_generic_plan
  set enable_seqscan = off set jit = off as $$
declare
  v_job public.jobs := private.lock_job(p_job_id, p_token);
  v_now timestamptz := private.now();
  v_publication public.publications := private.note_post(p_job_id, p_post_id, p_permalink, p_warnings, v_now);
  v_verdict text;
begin
  update public.job_attempts set external_id = coalesce(external_id, v_publication.post_id)
  where job_id = p_job_id and token = p_token;
  v_verdict := worker.complete(p_job_id, p_token, jsonb_build_object('files', '[]'::jsonb, 'data',
    jsonb_build_object('platform', v_publication.platform, 'post_id', v_publication.post_id,
      'permalink', v_publication.permalink, 'warnings', v_publication.warnings)), null, p_raw, p_queue, p_msg_id);
  -- It was given up on, and is there.
  if v_verdict = 'late' and v_publication.unknown_at is not null and v_publication.resolved is null then
    perform private.resolve(v_job, 'there', 'platform', null, null, v_now);
  end if;
  return v_verdict;
end
$$;
comment on function worker.published(uuid, uuid, text, text, jsonb, jsonb, text, bigint) is
  'A publication is there: completes its job, whose output is {"files": [], "data": {platform, post_id, permalink, '
  'warnings}}. p_post_id null keeps what worker.committed has noted. Returns completed, duplicate, or late: the job '
  'had ended otherwise; one of which nobody knew is resolved as there. Error: 409 stale_token.';
revoke execute on function worker.published(uuid, uuid, text, text, jsonb, jsonb, text, bigint) from public;
grant execute on function worker.published(uuid, uuid, text, text, jsonb, jsonb, text, bigint) to service_role;
