-- Privacy: what is kept of a user, what is not, and how one asks (docs/privacy.md says it to people).
--
-- A user leaves by the deletion of their row in auth.users, whoever deletes it; ops.forget_user does that, and for a
-- user who is gone already it does what is left to do. The trigger (see the endings room) does at once what must be of
-- one piece: what runs is ended, rows go, the ledger moves under a tombstone. What takes long or others do is noted:
-- files in private.doomed_files, models at their providers in private.forgets, traces in private.leavers.
--
-- Traces are what tells of a user without being a row of theirs: messages, archives, broadcasts that lie in Realtime,
-- answers to pokes, logs. They are looked for from end to end, which is nothing to do while a user's jobs are locked: a
-- minute later, and once more when every token of the user's has run out.
--
-- Lock order: as everywhere (see the dispatch room); the user's row is its head.

create function private.delete_rows_of(p_user_id uuid) returns jsonb
language plpgsql set search_path = '' as $$
declare
  v_models integer;
  v_projects integer;
  v_connections integer;
begin
  -- Here rather than by the foreign keys to auth.users: in the order in which whoever saves several locks them.
  perform from public.projects where user_id = p_user_id order by id for update;
  delete from public.projects where user_id = p_user_id;
  get diagnostics v_projects = row_count;
  delete from public.ai_models where "userId" = p_user_id;
  get diagnostics v_models = row_count;
  -- Each leaves its access in the outbox of revocations.
  perform from public.connections where user_id = p_user_id order by id for update;
  delete from public.connections where user_id = p_user_id;
  get diagnostics v_connections = row_count;
  delete from private.connection_starts where user_id = p_user_id;
  delete from private.connection_choices where user_id = p_user_id;
  delete from private.tickets where user_id = p_user_id;
  delete from private.limits_of_users where user_id = p_user_id;
  delete from private.user_pauses where user_id = p_user_id;
  delete from private.group_media where user_id = p_user_id;
  delete from private.stored_sums where user_id = p_user_id;
  perform private.forget_deliveries_of(p_user_id);
  delete from private.verdicts where user_id = p_user_id;
  return jsonb_build_object('projects', v_projects, 'models', v_models, 'connections', v_connections);
end
$$;
comment on function private.delete_rows_of(uuid) is
  'Deletes what a user who leaves has besides jobs and credits. Returns {projects, models, connections}: '
  'how many.';
revoke execute on function private.delete_rows_of(uuid) from public;
