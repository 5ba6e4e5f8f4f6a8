create function private.stops_of_posting(
  p_job public.jobs, p_publication public.publications, p_connection public.connections, p_is_sent boolean,
  p_at timestamptz
) returns setof private.finding
language plpgsql stable set search_path = '' as $$
declare
  v_platform private.platforms;
begin
  select * into v_platform from private.platforms where platform = p_publication.platform;
  -- What is sent is only looked for: limits stop that no more, a lost access does.
  return query select * from private.connection_stops(p_job, p_publication, p_connection, p_at) s
    where not p_is_sent or s.code in ('connection_revoked', 'connection_reconnect_needed');
  return query select * from private.access_ends(p_job, p_publication, p_connection, p_at);
  if not p_is_sent then return query select * from private.posts_left(p_publication, p_connection, p_at); end if;
  return query select * from private.platform_app(p_publication, p_connection, v_platform);
  return query select * from private.platform_pause(p_publication, p_connection, v_platform, p_at) s
    where not p_is_sent or s.code <> 'platform_limited';
  return query select * from private.platform_version(p_job, p_publication, p_connection, v_platform, p_at);
end
$$;
comment on function private.stops_of_posting(
  public.jobs, public.publications, public.connections, boolean, timestamptz) is
  'What of connection and platform stands in the way of a publication that has not ended, and what does not. '
  'p_is_sent: its commit has passed.';
revoke execute on function private.stops_of_posting(
  public.jobs, public.publications, public.connections, boolean, timestamptz) from public;

create function private.line_of_posting(
  p_job public.jobs, p_publication public.publications, p_connection public.connections, p_at timestamptz
) returns setof private.finding
language plpgsql stable set search_path = '' as $$
begin
  if p_publication.line <> 'held' then return; end if;
  return query select * from private.place_in_line(p_job, p_publication, p_connection, p_at);
  if private.ahead_of(p_publication) = 0 and private.hold_seen(p_publication.connection_id, p_at) is null then
    return next private.finding('next_in_line',
      'Nothing goes before it and nothing holds it: the next dispatch takes it.',
      private.account_facts(p_publication, p_connection) || jsonb_build_object('hold', p_publication.hold),
      p_subject => p_publication.platform);
  end if;
end
$$;
comment on function private.line_of_posting(
  public.jobs, public.publications, public.connections, timestamptz) is
  'Where a publication stands that is held in its connection''s line.';
revoke execute on function private.line_of_posting(
  public.jobs, public.publications, public.connections, timestamptz) from public;

create function private.rights_of_posting() returns setof private.finding
language plpgsql stable set search_path = '' as $$
declare
  v_table text;
  v_fault text;
begin
  foreach v_table in array '{public.publications,public.connections}'::text[] loop
    v_fault := private.fault_of_reading(v_table);
    continue when v_fault is null or v_fault like 'row level security%'; -- too open is no reason of this kind
    return next private.finding('rows_unreadable', format('Owners cannot read %s: %s.', v_table, v_fault),
      jsonb_build_object('check', 'read ' || v_table), p_subject => v_table,
      p_repair_sql => private.repair_of_reading(v_table));
  end loop;
end
$$;
comment on function private.rights_of_posting() is
  'That owners cannot read what their screens show of publications and accounts.';
revoke execute on function private.rights_of_posting() from public;

create function private.findings_of_publishing(p_job public.jobs, p_attempt public.job_attempts, p_at timestamptz)
returns setof private.finding
language plpgsql stable set search_path = '' as $$
declare
  v_publication public.publications;
  v_connection public.connections;
begin
  if not private.is_publication(p_job) then return; end if;
  select * into v_publication from public.publications where job_id = p_job.id;
  if not found then return; end if;
  select * into v_connection from public.connections where id = v_publication.connection_id;
  return query select * from private.rights_of_posting();
  if p_job.status >= 'completed' then
    return query select * from private.ends_of_posting(p_job, v_publication, v_connection);
    return;
  end if;
  return query select * from private.stops_of_posting(p_job, v_publication, v_connection,
    p_job.status = 'processing' and p_attempt.phase >= 'submitting', p_at);
  if p_job.status = 'pending' then
    return query select * from private.line_of_posting(p_job, v_publication, v_connection, p_at);
  else
    return query select * from private.steps_of_posting(p_job, p_attempt, v_publication, p_at);
  end if;
end
$$;
comment on function private.findings_of_publishing(public.jobs, public.job_attempts, timestamptz) is
  'Where a publication stands: its line, its connection, its platform, its own steps.';
revoke execute on function private.findings_of_publishing(public.jobs, public.job_attempts, timestamptz) from public;
