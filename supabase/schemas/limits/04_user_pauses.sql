create table private.user_pauses (
  user_id uuid primary key references auth.users (id) on delete cascade,
  paused_until timestamptz not null,
  reason text not null,
  paused_at timestamptz not null
);

alter table private.user_pauses enable row level security;

comment on table private.user_pauses is
  'Users whose jobs do not start, as an operator said: what runs goes on, what is created waits.';
comment on column private.user_pauses.paused_until is
  'Nothing of theirs is dispatched before this time; infinity: until they are resumed.';

create function private.paused_users() returns uuid[]
language plpgsql volatile set search_path = '' as $$
begin
  -- Volatile, so that it sees what was committed before a lock was had; a linter would have it stable.
  -- @plpgsql_check_options: performance_warnings = off
  return array(select user_id from private.user_pauses where paused_until > (select private.now()));
end
$$;
comment on function private.paused_users() is 'The users whose jobs do not start now.';
revoke execute on function private.paused_users() from public;

create function ops.pause_user(p_user_id uuid, p_reason text, p_for interval default null) returns void
language plpgsql security definer set search_path = '' as $$
begin
  perform from auth.users where id = p_user_id for key share;
  if not found then perform private.refuse(404, 'user_not_found', 'There is no such user.', 'user_id'); end if;
  insert into private.user_pauses (user_id, paused_until, reason, paused_at)
  values (p_user_id, coalesce(private.now() + p_for, 'infinity'), p_reason, private.now())
  on conflict (user_id) do update set paused_until = excluded.paused_until, reason = excluded.reason,
    paused_at = excluded.paused_at;
end
$$;
comment on function ops.pause_user(uuid, text, interval) is
  'Starts nothing of a user''s for p_for, or until they are resumed; what runs goes on, what is created waits. Error: '
  '404 user_not_found.';
revoke execute on function ops.pause_user(uuid, text, interval) from public;

create function ops.resume_user(p_user_id uuid) returns integer
language plpgsql security definer set search_path = '' as $$
declare
  v_lane text;
  v_started integer := 0;
begin
  delete from private.user_pauses where user_id = p_user_id;
  for v_lane in
    select distinct lane from public.jobs
    where user_id = p_user_id and status in ('pending', 'processing') order by lane
  loop
    v_started := v_started + private.dispatch(v_lane);
  end loop;
  return v_started;
end
$$;
comment on function ops.resume_user(uuid) is
  'Ends a user''s pause and dispatches the lanes where their jobs wait; returns how many jobs started in these. One '
  'who is not paused is let be.';
revoke execute on function ops.resume_user(uuid) from public;
