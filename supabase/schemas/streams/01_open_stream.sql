-- Streams: what the function `events` asks of the database. It writes nothing.
--
-- A stream tells what broadcasts tell, and after a pause what was broadcast meanwhile: realtime.messages keeps each
-- broadcast for three days, written in the transaction of the change, with the version that the change made. The rows
-- are the truth all the same: where one has changed and no broadcast of that version is there, a stream says "read
-- anew" instead of going on as if nothing were missing.

create function worker.open_stream(
  p_user_id uuid, p_session_id uuid default null, p_projects uuid[] default '{}', p_lanes text[] default '{}'
) returns void
language plpgsql stable security definer set search_path = '' as $$
declare
  v_missing text;
begin
  -- A token is good for an hour, a ticket too: who has signed out, is banned or gone hears nothing more.
  if not exists (
      select from auth.users
      where id = p_user_id and deleted_at is null and coalesce(banned_until < clock_timestamp(), true))
    or p_session_id is not null and not exists (
      select from auth.sessions
      where id = p_session_id and user_id = p_user_id and coalesce(not_after > clock_timestamp(), true))
  then
    perform private.refuse(401, 'unauthenticated', 'The user or session of this token is no longer there.');
  end if;
  select asked into v_missing from unnest(p_projects) asked
  where not exists (select from public.projects where id = asked and user_id = p_user_id) limit 1;
  if found then
    perform private.refuse(404, 'not_found', 'You have no such project.',
      jsonb_build_object('field', 'project', 'project', v_missing)::text);
  end if;
  select asked into v_missing from unnest(p_lanes) asked
  where not exists (select from private.lanes where lane = asked) limit 1;
  if found then
    perform private.refuse(404, 'lane_not_found', 'There is no such lane.',
      jsonb_build_object('field', 'lane', 'lane', v_missing)::text);
  end if;
end
$$;
comment on function worker.open_stream(uuid, uuid, uuid[], text[]) is
  'Whether a user may hear of their jobs, of these projects and of these lanes now. p_session_id: of the token, where '
  'it names one. Errors: 401 unauthenticated (gone, banned, signed out), 404 not_found (a project that is not theirs), '
  '404 lane_not_found; what is missing is in the hint.';
revoke execute on function worker.open_stream(uuid, uuid, uuid[], text[]) from public;
grant execute on function worker.open_stream(uuid, uuid, uuid[], text[]) to service_role;
