create function ops.forget_user(p_user_id uuid) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_was_there boolean;
  v_leaver private.leavers;
begin
  if p_user_id is null then
    perform private.refuse(422, 'invalid_input', 'Say which user is to be forgotten.', 'user_id');
  end if;
  delete from auth.users where id = p_user_id;
  v_was_there := found;
  if not v_was_there then perform private.let_go(p_user_id); end if;
  select * into v_leaver from private.leavers where user_id = p_user_id;
  return jsonb_build_object('user', case when v_was_there then 'deleted' else 'gone' end) || v_leaver.did
    || jsonb_build_object(
      'tombstone_id', case when (v_leaver.did ->> 'entries')::integer > 0 then v_leaver.tombstone_id end,
      'files', (select count(distinct coalesce(bucket, 'owned')) from private.doomed_files
        where prefix = p_user_id || '/' or owner_id = p_user_id::text),
      'traces', private.forget_leavers(p_user_id) - 'leavers', 'again_at', v_leaver.left_at + interval '3 hours');
end
$$;
comment on function ops.forget_user(uuid) is
  'Deletes a user and all that is theirs; for one who is gone already, what may be left. What runs is stopped, files '
  'and trained models are deleted by the worker, the ledger stays under a tombstone. Returns {user (deleted or gone), '
  'jobs, tasks (that the outbox still stops), projects, models, connections (their accesses are given back by the '
  'worker), forgets (trained models to be deleted at their '
  'provider), entries (of the ledger), tombstone_id (null without entries; told here and nowhere else), files '
  '(prefixes to be deleted), traces, again_at (when traces and files are looked for once more)}. Error: 422 '
  'invalid_input.';
revoke execute on function ops.forget_user(uuid) from public;
grant execute on function ops.forget_user(uuid) to service_role;
