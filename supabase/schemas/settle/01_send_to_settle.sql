-- Settle: turning a provider's answer into a stored result or a classified failure.
--
-- A settle message points at an attempt whose outcome is to be found out: sent by a webhook, or by the reaper when no
-- webhook came. The worker asks the provider for the truth, stores what there is, and ends the attempt with one of the
-- functions here. Every one of them shows the attempt's token; none of them changes a job that is terminal already.
--
-- Lock order: job → slot → attempt → credit account (see the dispatch room).

create function private.send_to_settle(
  p_job_id uuid, p_attempt smallint, p_kind text default null, p_delay interval default '0'
) returns bigint
language plpgsql set search_path = '' as $$
declare
  v_msg_id bigint;
begin
  -- What pgmq.send does; but the statement is planned once.
  insert into pgmq.q_settle_queue (vt, message)
  values (clock_timestamp() + p_delay,
    jsonb_strip_nulls(jsonb_build_object('job_id', p_job_id, 'attempt', p_attempt, 'kind', p_kind)))
  returning msg_id into v_msg_id;
  return v_msg_id;
end
$$;
comment on function private.send_to_settle(uuid, smallint, text, interval) is
  'Sends a settle message for an attempt, to be seen after p_delay, and returns its id. p_kind: null after a webhook, '
  'poll or cancel.';
revoke execute on function private.send_to_settle(uuid, smallint, text, interval) from public;
