create function private.note_task(p_token uuid, p_external_id text, p_at timestamptz, p_checkpoint jsonb default '{}')
returns boolean
language plpgsql set search_path = '' as $$
begin
  update private.cancels set external_id = coalesce(external_id, p_external_id),
    checkpoint = checkpoint || p_checkpoint, next_at = least(next_at, p_at)
  where token = p_token and over_at is null;
  return found;
end
$$;
comment on function private.note_task(uuid, text, timestamptz, jsonb) is
  'The task of an attempt in the outbox has been heard of: its id is kept, and it is looked at now. False: there is no '
  'such open row.';
revoke execute on function private.note_task(uuid, text, timestamptz, jsonb) from public;

create function private.lock_slot(p_token uuid) returns void
language plpgsql set search_path = '' as $$
begin
  perform from private.slots
  where slot_id = (select slot_id from private.cancels where token = p_token) and token = p_token for update;
end
$$;
comment on function private.lock_slot(uuid) is
  'Locks the slot that an attempt in the outbox holds, if it holds one, before its row is written: where the job is '
  'gone, nothing else keeps two who have heard of its task in order.';
revoke execute on function private.lock_slot(uuid) from public;

create function private.hear_of_ended(p_token uuid, p_word text, p_external_id text, p_at timestamptz) returns boolean
language plpgsql set search_path = '' as $$
declare
  v_cancel private.cancels;
begin
  perform private.lock_slot(p_token);
  if not private.note_task(p_token, p_external_id, p_at) then return false; end if;
  select * into v_cancel from private.cancels where token = p_token;
  -- One task's end says nothing of the others; and what was taken is no news.
  if p_word is null or private.may_be_several(v_cancel.resubmit, v_cancel.submits) then return true; end if;
  -- About another task than the attempt's: the provider is asked instead.
  if p_external_id is distinct from v_cancel.external_id and p_external_id is not null then return true; end if;
  return worker.task_over(p_token, p_word);
end
$$;
comment on function private.hear_of_ended(uuid, text, text, timestamptz) is
  'The provider''s final word (succeeded, failed; null: not final) about the task of an attempt in the outbox: closes '
  'the row, if it was the only task that the attempt can have made. False: there is no such open row.';
revoke execute on function private.hear_of_ended(uuid, text, text, timestamptz) from public;

create function private.refusal_of_ended(p_token uuid, p_at timestamptz) returns boolean
language plpgsql set search_path = '' as $$
begin
  perform private.lock_slot(p_token);
  if not exists (
    select from private.cancels where token = p_token and over_at is null and submits = 1 and external_id is null) then
    return private.note_task(p_token, null, p_at);
  end if;
  return worker.task_over(p_token, 'never_existed');
end
$$;
comment on function private.refusal_of_ended(uuid, timestamptz) is
  'The provider has refused a submit of an attempt in the outbox: if that was its only one, there is no task. False: '
  'there is no such open row.';
revoke execute on function private.refusal_of_ended(uuid, timestamptz) from public;

create function private.success_of_gone(
  p_job_id uuid, p_token uuid, p_external_id text default null
) returns text
language plpgsql set search_path = '' as $$
begin
  if not private.hear_of_ended(p_token, 'succeeded', p_external_id, private.now()) then
    perform private.refuse(409, 'stale_token', format('No attempt of job %s has this token.', p_job_id));
  end if;
  return 'late';
end
$$;
comment on function private.success_of_gone(uuid, uuid, text) is
  'The provider has the result of an attempt whose job is gone: told to the outbox. Returns late. Error: 409 '
  'stale_token when the outbox does not know it either.';
revoke execute on function private.success_of_gone(uuid, uuid, text) from public;
