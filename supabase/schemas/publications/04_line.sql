create function private.held_until(p_job public.jobs, p_at timestamptz) returns timestamptz
language plpgsql immutable set search_path = '' as $$
begin
  -- One that has expired is ended by the reaper, and until then in nobody's way.
  return case when p_job.expires_at > p_at then p_job.expires_at else p_at + interval '1 hour' end;
end
$$;
comment on function private.held_until(public.jobs, timestamptz) is
  'The run_at of a publication that is held: when it expires. Where that is over, never before it is ended.';
revoke execute on function private.held_until(public.jobs, timestamptz) from public;

create function private.keep_line() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  v_now timestamptz := private.now();
  v_line text;
begin
  if new.status <> 'pending' or not new.input ? 'connectionId' then return new; end if;
  select line into v_line from public.publications where job_id = new.id;
  -- Who is held is let go by the line alone, which has made it the front before.
  if v_line = 'held' then
    new.run_at := private.held_until(new, v_now);
  elsif new.run_at > v_now then
    -- What waits for a time is not held; and nothing waits for one beyond its end.
    new.run_at := least(new.run_at, new.expires_at - interval '1 second');
    if new.run_at <= v_now then new.run_at := private.held_until(new, v_now); end if;
  elsif v_line is distinct from 'front' or new.run_at is not null then
    new.run_at := private.held_until(new, v_now);
  end if;
  return new;
end
$$;
comment on function private.keep_line() is
  'Before a publication''s job is written that waits: it is ready only as the front of its line. One whose time has '
  'come, that comes back without one, or that is new, is held.';
revoke execute on function private.keep_line() from public;

-- Conditions are parsed anew by every statement that writes a job of any lane: no more than the lane is asked there.
create trigger keep_new_line before insert on public.jobs
  for each row when (new.lane = 'publication') execute function private.keep_line();
create trigger keep_line before update of status, run_at on public.jobs
  for each row when (new.lane = 'publication') execute function private.keep_line();

create function private.follow_job() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  v_line text := case when new.status >= 'completed' then 'done' when new.status = 'processing' then 'front'
    when new.run_at is null then 'front' when new.run_at >= new.expires_at then 'held' else 'scheduled' end;
  v_was text;
  v_connection_id uuid;
begin
  if (old.status, old.run_at) is not distinct from (new.status, new.run_at) then return null; end if;
  select line, connection_id into v_was, v_connection_id from public.publications where job_id = new.id;
  if v_was is null or v_was = v_line then return null; end if;
  update public.publications set line = v_line, hold = null, wants_slot = false where job_id = new.id;
  -- Somebody has left the front, or come to wait for it.
  if v_was = 'front' or v_line = 'held' then perform private.connection_freed(v_connection_id); end if;
  return null;
end
$$;
comment on function private.follow_job() is
  'After a publication''s job has changed: its place in the line is what the job has come to. Where the front is free '
  'since, or somebody waits for it, the line is looked at by who dispatches next.';
revoke execute on function private.follow_job() from public;

create trigger lines_follow_jobs after update of status, run_at on public.jobs
  for each row when (new.lane = 'publication') execute function private.follow_job();

create function private.leave_line() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  perform private.connection_freed(old.connection_id);
  return null;
end
$$;
comment on function private.leave_line() is 'After the front of a line was deleted: the line goes on.';
revoke execute on function private.leave_line() from public;

create trigger fronts_leave after delete on public.publications
  for each row when (old.line = 'front') execute function private.leave_line();
