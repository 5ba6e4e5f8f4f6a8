-- Settle: turning a provider's answer into a stored result or a classified failure.
--
-- A settle message points at an attempt whose outcome is to be found out: sent by a webhook, put off until the first
-- question is due (poll), or sent by the reaper. The worker asks the provider for the truth, and says what it was told:
-- produced, and complete once the result is stored; or that it failed. What that means for job, price and slot is
-- decided in the endings room. Every function shows the attempt's token; none changes a job that is terminal already.
--
-- Lock order: job → slot → attempt → row of the outbox → credit account (see the dispatch room).

create function private.send_to_settle(
  p_attempt public.job_attempts, p_kind text default null, p_delay interval default '0'
) returns bigint
language plpgsql set search_path = '' as $$
declare
  v_msg_id bigint;
begin
  -- What pgmq.send does; but the statement is planned once.
  insert into pgmq.q_settle_queue (vt, message)
  values (clock_timestamp() + p_delay, jsonb_strip_nulls(jsonb_build_object(
    'job_id', p_attempt.job_id, 'attempt', p_attempt.attempt, 'dispatch', p_attempt.dispatch, 'kind', p_kind)))
  returning msg_id into v_msg_id;
  return v_msg_id;
end
$$;
comment on function private.send_to_settle(public.job_attempts, text, interval) is
  'Sends a settle message for an attempt, to be seen after p_delay, and returns its id. p_kind: null after a webhook, '
  'or poll.';
revoke execute on function private.send_to_settle(public.job_attempts, text, interval) from public;

create function private.drop_question(p_question_id bigint) returns void
language plpgsql set search_path = '' as $$
begin
  if p_question_id is not null then delete from pgmq.q_settle_queue where msg_id = p_question_id; end if;
end
$$;
comment on function private.drop_question(bigint) is
  'Takes back the question about a task that is of no interest any more; null: there is none.';
revoke execute on function private.drop_question(bigint) from public;
