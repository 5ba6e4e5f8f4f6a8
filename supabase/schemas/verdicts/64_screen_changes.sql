create function private.finding_of_change(p_row private.told_row, p_at timestamptz) returns private.finding
language plpgsql stable set search_path = '' as $$
declare
  v_told timestamptz := private.told_at(p_row);
  v_failure private.broadcast_failures;
  v_anew timestamptz;
  v_evidence jsonb := jsonb_build_object('table', p_row.table_name, 'version', p_row.version,
    'changed_at', p_row.changed_at);
  v_which text := format('its last change (%s, version %s)', p_row.table_name, p_row.version);
begin
  if v_told is not null then
    return private.not_so('broadcast_swallowed', format('There is a broadcast of %s.', v_which),
      v_evidence || jsonb_build_object('broadcast_at', v_told), p_row.table_name);
  end if;
  v_failure := private.failure_of_change(p_row);
  v_anew := private.told_anew_at(p_row.topic, v_failure.failed_at);
  v_evidence := v_evidence || jsonb_build_object('cause', v_failure.cause, 'message', v_failure.message,
    'failed', v_failure.count, 'heard', v_failure.heard, 'told_anew_at', v_anew);
  if v_failure.heard = 0 then
    return private.not_so('broadcast_swallowed', format('No client was connected to hear of %s.', v_which), v_evidence,
      p_row.table_name);
  elsif v_anew is not null then
    return private.not_so('broadcast_swallowed', format('The broadcast of %s was lost, and the next one on its topic '
      'has told the screens to read anew.', v_which), v_evidence, p_row.table_name);
  elsif v_failure.minute is not null then
    return private.finding('broadcast_swallowed', format('The broadcast of %s could not be written: %s.', v_which,
        coalesce(v_failure.message, v_failure.cause)), v_evidence, p_since => v_failure.failed_at,
      p_expected_at => greatest(v_failure.failed_at + interval '1 minute', p_at), p_subject => p_row.table_name);
  -- Realtime keeps broadcasts for three days; and what is of the future is of a clock that was set back.
  elsif p_row.changed_at between clock_timestamp() - interval '2 days' and clock_timestamp() then
    return private.finding('not_announced',
      format('There is no broadcast of %s, and none is known to have failed.', v_which), v_evidence,
      p_since => p_row.changed_at, p_subject => p_row.table_name);
  end if;
  return null;
end
$$;
comment on function private.finding_of_change(private.told_row, timestamptz) is
  'Whether a row''s last change was broadcast; null: it cannot be told any more.';
revoke execute on function private.finding_of_change(private.told_row, timestamptz) from public;

create function private.findings_of_changes(p_job public.jobs, p_at timestamptz) returns setof private.finding
language plpgsql stable set search_path = '' as $$
declare
  v_row private.told_row;
  v_finding private.finding;
begin
  foreach v_row in array array(select r::private.told_row from private.told_rows_of(p_job) r) loop
    v_finding := private.finding_of_change(v_row, p_at);
    if v_finding.code is not null then return next v_finding; end if;
  end loop;
end
$$;
comment on function private.findings_of_changes(public.jobs, timestamptz) is
  'Whether the last changes of a job, and of what it changes besides, were broadcast.';
revoke execute on function private.findings_of_changes(public.jobs, timestamptz) from public;
