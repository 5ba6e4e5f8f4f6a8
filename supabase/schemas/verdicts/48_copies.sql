create function private.copy_evidence(p_attempt public.job_attempts) returns jsonb
language plpgsql immutable set search_path = '' as $$
declare
  v_stored jsonb := case when jsonb_typeof(p_attempt.checkpoint -> 'stored') = 'array'
    then p_attempt.checkpoint -> 'stored' else '[]' end;
begin
  -- How far the file is that is under way, whoever copies it notes by the piece. No address: it is the result.
  return jsonb_build_object('attempt', p_attempt.attempt, 'files', jsonb_array_length(p_attempt.outputs),
    'files_stored', jsonb_array_length(v_stored),
    'bytes_stored', (select coalesce(sum((f #>> '{file,bytes}')::bigint), 0) from jsonb_array_elements(v_stored) f),
    'bytes_of_current', p_attempt.checkpoint #> '{copying,state,total}',
    'bytes_of_current_sent', case when jsonb_typeof(p_attempt.checkpoint -> 'copying') = 'object'
      then p_attempt.checkpoint -> 'copied_bytes' end,
    'looks', p_attempt.checkpoint -> 'looks', 'error', p_attempt.checkpoint -> 'look_error');
end
$$;
comment on function private.copy_evidence(public.job_attempts) is
  'How far the copying of a result is: {files, files_stored, bytes_stored, bytes_of_current, …}.';
revoke execute on function private.copy_evidence(public.job_attempts) from public;

create function private.copy_findings(
  p_attempt public.job_attempts, p_pointer private.pointer, p_at timestamptz
) returns setof private.finding
language plpgsql stable set search_path = '' as $$
declare
  v_evidence jsonb := private.copy_evidence(p_attempt)
    || jsonb_build_object('given_up_at', p_attempt.word_at + interval '24 hours');
  v_until timestamptz := (p_attempt.checkpoint ->> 'copying_until')::timestamptz;
  v_looks integer := coalesce((p_attempt.checkpoint ->> 'looks')::integer, 0);
  v_unread interval := p_at - p_pointer.due_at;
begin
  if v_until > p_at then
    return next private.finding('copy_in_progress', format('A worker copies the result: %s of %s files are stored.',
        v_evidence ->> 'files_stored', v_evidence ->> 'files'),
      v_evidence, p_since => p_attempt.word_at);
    return;
  elsif v_looks > 0 then
    return next private.finding('copy_blocked',
      format('The result could not be copied, %s times in a row%s. Until %s it is tried again.', v_looks,
        coalesce(': ' || (v_evidence ->> 'error'), ''), p_attempt.word_at + interval '24 hours'),
      v_evidence, p_since => p_attempt.word_at, p_expected_at => case when v_unread < '0' then p_pointer.due_at end);
    return;
  end if;
  return next private.finding('produced', case
      when v_unread > '1 minute' then format('The provider has the result, and for %s no worker has come to copy it.',
        private.said(v_unread))
      else 'The provider has the result; a worker copies it next.' end,
    v_evidence || jsonb_build_object('message', private.as_evidence(p_pointer)), p_since => p_attempt.word_at,
    p_level => case when v_unread > '1 minute' then 'warn' end,
    p_clears => case when v_unread > '1 minute' then 'by_operator' end);
  return next private.not_so('copy_blocked', 'No copy of it has failed since the last that did not.', v_evidence);
end
$$;
comment on function private.copy_findings(public.job_attempts, private.pointer, timestamptz) is
  'How far the copying of a result is that the provider has.';
revoke execute on function private.copy_findings(public.job_attempts, private.pointer, timestamptz) from public;
