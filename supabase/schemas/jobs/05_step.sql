create function private.step(p_step public.job_step, p_at timestamptz, p_details jsonb default '{}') returns jsonb
language plpgsql stable set search_path = '' as $$
begin
  return jsonb_build_object(
    'step', p_step, 'timestamp', to_char(p_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'))
    || coalesce(jsonb_strip_nulls(case when octet_length(p_details::text) > 2000
      then private.cut_json(private.cut_parts(p_details, 2000, 3), 16384) else p_details end), '{}');
end
$$;
comment on function private.step(public.job_step, timestamptz, jsonb) is
  'One entry of step_history, to be appended with ||: {step, timestamp (UTC, microseconds), …p_details without its '
  'nulls}. Of long details a part, with marks: 2,000 characters of a text, 16 KiB in all.';
revoke execute on function private.step(public.job_step, timestamptz, jsonb) from public;
