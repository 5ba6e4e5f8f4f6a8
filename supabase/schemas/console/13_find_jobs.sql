create function private.find(p_sought private.sought, p_limit integer, p_after private.list_place, p_now timestamptz)
returns private.found
language plpgsql volatile set search_path = '' as $$
declare
  v_begun timestamptz := clock_timestamp();
  v_chunk_begun timestamptz;
  v_chunk integer := greatest(p_limit * 2, 200);
  v_got private.found;
  v_found private.found := ('{}'::private.list_place[], 0, p_after, false)::private.found;
begin
  loop
    v_chunk_begun := clock_timestamp();
    v_got := private.look_through(p_sought, v_found.next, v_chunk, p_limit - cardinality(v_found.places), p_now);
    v_found.places := v_found.places || v_got.places;
    v_found.looked := v_found.looked + v_got.looked;
    if cardinality(v_found.places) >= p_limit then
      v_found.next := v_found.places[p_limit];
      return v_found;
    elsif v_got.is_complete then
      v_found.next := null;
      v_found.is_complete := true;
      return v_found;
    end if;
    v_found.next := v_got.next;
    exit when clock_timestamp() - v_begun > interval '250 milliseconds';
    -- What is in them decides how long a chunk takes: long enough to be worth its plan, never long.
    v_chunk := case when clock_timestamp() - v_chunk_begun > interval '60 milliseconds'
      then greatest(v_chunk / 2, 100) else least(v_chunk * 2, 6400) end;
  end loop;
  return v_found;
end
$$;
comment on function private.find(private.sought, integer, private.list_place, timestamptz) is
  'The next p_limit jobs after a place that fit a filter, as far as they are found in a quarter of a second.';
revoke execute on function private.find(private.sought, integer, private.list_place, timestamptz) from public;

create function private.ms_between(p_from timestamptz, p_to timestamptz) returns bigint
language sql immutable set search_path = '' as $$
  select case when p_to >= p_from then round(extract(epoch from p_to - p_from) * 1000)
    when p_to < p_from then 0 end::bigint
$$;
comment on function private.ms_between(timestamptz, timestamptz) is
  'Whole milliseconds from one time to another, never fewer than none; null where one is not known.';
revoke execute on function private.ms_between(timestamptz, timestamptz) from public;

create function private.found_lines(p_places private.list_place[], p_now timestamptz) returns jsonb
language plpgsql stable set search_path = '' as $$
begin
  return (
    select coalesce(jsonb_agg(to_jsonb((j.id, j.user_id, j.tool, j.lane, j.status, j.current_step, j.failed_at_step,
        j.error_code, j.error_message, j.priority, j.attempt, j.retry_count, j.max_attempts, j.credits_charged,
        j.refund, j.retried_from, j.progress, j.version, j.run_at, j.created_at, j.queued_at, j.started_at,
        j.completed_at, j.updated_at, j.deadline_at)::private.job_line) || jsonb_build_object(
        'user_email', u.email,
        'age_ms', private.ms_between(j.created_at, coalesce(j.completed_at, p_now)),
        'waited_ms', private.ms_between(greatest(j.queued_at, j.created_at, j.run_at),
          coalesce(j.started_at, j.completed_at, p_now)),
        'ran_ms', private.ms_between(j.started_at, coalesce(j.completed_at, p_now)))
      order by p.n), '[]')
    from unnest(p_places) with ordinality p (created_at, id, n) join public.jobs j on j.id = p.id
      left join auth.users u on u.id = j.user_id);
end
$$;
comment on function private.found_lines(private.list_place[], timestamptz) is
  'Jobs as lines of a list, with user_email and how long, in milliseconds: age_ms (from its creation to its end, or '
  'now), waited_ms (in the queue, since it was put there last and its time has come), ran_ms (since it began last).';
revoke execute on function private.found_lines(private.list_place[], timestamptz) from public;

create function private.read_place(p_after jsonb) returns private.list_place
language plpgsql stable set search_path = '' as $$
begin
  if p_after is null or p_after = 'null' then return null; end if;
  return ((p_after ->> 'created_at')::timestamptz, (p_after ->> 'id')::uuid)::private.list_place;
exception when data_exception or invalid_text_representation then
  perform private.refuse(422, 'invalid_input', 'A page begins after what the page before has as next.', 'after');
end
$$;
comment on function private.read_place(jsonb) is 'Reads {created_at, id}. Error: 422 invalid_input.';
revoke execute on function private.read_place(jsonb) from public;

create function ops_api.find_jobs(p_filter jsonb default '{}', p_limit integer default 50, p_after jsonb default null)
returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_role text := private.require_operator();
  v_now timestamptz := private.now();
  v_sought private.sought;
  v_found private.found;
begin
  if p_limit is null or p_limit not between 1 and 200 then
    perform private.refuse(422, 'invalid_input', 'A page has 1 to 200 jobs.', 'limit');
  end if;
  v_sought := private.read_sought(p_filter, v_role <> 'admin');
  v_sought := private.found_among_few(private.found_by_name(v_sought));
  v_found := private.find(v_sought, p_limit, private.read_place(p_after), v_now);
  return jsonb_build_object('jobs', private.found_lines(v_found.places, v_now), 'next', to_jsonb(v_found.next),
    'looked_at', v_found.looked, 'looked_until', (v_found.next).created_at, 'is_complete', v_found.is_complete);
end
$$;
comment on function ops_api.find_jobs(jsonb, integer, jsonb) is
  'Jobs for operators, the newest first: {jobs (see private.found_lines), next, looked_at, looked_until, is_complete}. '
  'Looks for a quarter of a second: a page may have fewer than p_limit (200), or none, and be not complete; p_after: '
  'what the page before had as next. p_filter: job_id, job_ids, user_id, user_email (all of it), tool, lane, status, '
  'step, failed_step, error_code, refund (each a text or a list), has_retry, is_retry, created_from (and later), '
  'created_to (before), slower_than_ms, waited_over_ms, ran_over_ms, text (in ids, errors, the user''s e-mail, input '
  'and metadata), path (a JSON path on {input, output, metadata, step_history}). For support a text is sought in no '
  'payload and a path in masked ones. Errors: 401 unauthenticated, 403 not_an_operator, 422 invalid_filter, 422 '
  'invalid_input.';
revoke execute on function ops_api.find_jobs(jsonb, integer, jsonb) from public;
grant execute on function ops_api.find_jobs(jsonb, integer, jsonb) to authenticated, service_role;

create function ops_api.find_words() returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
begin
  perform private.require_operator();
  return jsonb_build_object(
    'tools', (select coalesce(jsonb_agg(tool order by tool), '[]') from public.tools),
    'lanes', (select coalesce(jsonb_agg(lane order by lane), '[]') from private.lanes),
    'error_codes', (
      select coalesce(jsonb_agg(jsonb_build_object('code', c.error_code, 'count', c.count)
        order by c.count desc, c.error_code), '[]')
      from (
        select f.error_code, count(*) from (
          select error_code from public.jobs where status = 'failed' order by completed_at desc, id desc limit 2000) f
        where f.error_code is not null group by f.error_code order by 2 desc, 1 limit 100) c));
end
$$;
comment on function ops_api.find_words() is
  'What filters of ops_api.find_jobs can name: {tools, lanes, error_codes: [{code, count}]}, those of the last 2,000 '
  'jobs that failed. Errors: 401 unauthenticated, 403 not_an_operator.';
revoke execute on function ops_api.find_words() from public;
grant execute on function ops_api.find_words() to authenticated, service_role;
