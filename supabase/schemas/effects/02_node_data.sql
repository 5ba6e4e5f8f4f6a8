create function private.node_data(p_data jsonb, p_job public.jobs) returns jsonb
language plpgsql stable set search_path = '' as $$
begin
  -- What an earlier job said of itself goes; what it generated stays until there is something newer.
  return (p_data - array['jobId', 'requestId', 'status', 'loading', 'error']) || jsonb_strip_nulls(jsonb_build_object(
    'jobId', p_job.id,
    'requestId', p_job.request_id,
    'status', p_job.status,
    'loading', p_job.status in ('pending', 'processing'),
    'error', case when p_job.status = 'failed' then p_job.error_message end,
    'generated', case when p_job.status = 'completed' then jsonb_build_object(
      'url', p_job.output_url, 'type', p_job.output #>> '{files,0,content_type}') end));
end
$$;
comment on function private.node_data(jsonb, public.jobs) is
  'The data of a node, as it is when it shows a job: {…, jobId, requestId?, status, loading, error?, generated?: '
  '{url, type}}.';
revoke execute on function private.node_data(jsonb, public.jobs) from public;
