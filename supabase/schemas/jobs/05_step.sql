create function private.step(p_step public.job_step, p_at timestamptz, p_details jsonb default '{}') returns jsonb
language plpgsql stable set search_path = '' as $$
begin
  return jsonb_build_object(
    'step', p_step, 'timestamp', to_char(p_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'))
    || coalesce(jsonb_strip_nulls(p_details), '{}');
end
$$;
comment on function private.step(public.job_step, timestamptz, jsonb) is
  'One entry of step_history, to be appended with ||: {step, timestamp (UTC, microseconds), …p_details without its '
  'nulls}.';
revoke execute on function private.step(public.job_step, timestamptz, jsonb) from public;
