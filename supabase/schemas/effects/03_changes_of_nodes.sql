create type private.node_change as (place bigint, node jsonb);
comment on type private.node_change is 'A node as it is to be, and its place in the list of its project.';

create type private.node_result as (job_id uuid, node_id text, shows jsonb);
comment on type private.node_result is
  'What a job shows of itself in the data of a node: {jobId, requestId?, status, loading, error?, generated?: {url, '
  'type}}.';

create function private.node_results(p_jobs uuid[]) returns private.node_result[]
language plpgsql stable set search_path = '' set plan_cache_mode = force_generic_plan set enable_seqscan = off
  set jit = off as $$
begin
  return array(
    select (j.id, j.metadata ->> 'nodeId', jsonb_strip_nulls(jsonb_build_object(
      'jobId', j.id,
      'requestId', j.request_id,
      'status', j.status,
      'loading', j.status in ('pending', 'processing'),
      'error', case when j.status = 'failed' then j.error_message end,
      'generated', case when j.status = 'completed' then jsonb_build_object(
        'url', j.output_url, 'type', j.output #>> '{files,0,content_type}') end)))::private.node_result
    from public.jobs j where j.id = any (p_jobs));
end
$$;
comment on function private.node_results(uuid[]) is 'What jobs show of themselves, and on which node.';
revoke execute on function private.node_results(uuid[]) from public;

create function private.changes_of_nodes(
  p_nodes jsonb, p_jobs uuid[], out shown private.shown[], out changes private.node_change[]
) language plpgsql stable set search_path = '' set plan_cache_mode = force_generic_plan as $$
declare
  v_results private.node_result[] := private.node_results(p_jobs);
  v_now timestamptz := private.now();
begin
  with node as materialized (
    select distinct on (node ->> 'id') node ->> 'id' as node_id, place, node, coalesce(node -> 'data', '{}') as data
    from jsonb_array_elements(p_nodes) with ordinality nodes (node, place)
    where node ->> 'id' in (select r.node_id from unnest(v_results) r) order by node ->> 'id', place
  ), judged as materialized (
    select r.*, case
      when n.place is null then 'node_missing'
      when jsonb_typeof(n.data) <> 'object' then 'node_malformed'
      -- A job's id tells when it was made: the node shows the newest of its jobs.
      when case when pg_input_is_valid(n.data ->> 'jobId', 'uuid') then (n.data ->> 'jobId')::uuid > r.job_id end
        then 'superseded'
      else 'applied' end as outcome
    from unnest(v_results) r left join node n using (node_id)
  ), newest as materialized (
    select distinct on (node_id) node_id, job_id, shows from judged
    where outcome = 'applied' order by node_id, job_id desc
  ), last_result as materialized ( -- which stays while a newer job runs
    select distinct on (node_id) node_id, jsonb_build_object('generated', shows -> 'generated') as shows from judged
    where outcome = 'applied' and shows ? 'generated' order by node_id, job_id desc
  ), changed as materialized (
    -- What an earlier job said of itself goes; what it generated stays until there is something newer.
    select n.place, n.node, n.data as old, (n.data - array['jobId', 'requestId', 'status', 'loading', 'error'])
      || coalesce(l.shows, '{}') || w.shows as new
    from newest w join node n using (node_id) left join last_result l using (node_id)
  )
  select
    (select array_agg((j.job_id, case when j.job_id < w.job_id then 'superseded' else j.outcome end)::private.shown)
     from judged j left join newest w using (node_id)),
    (select coalesce(array_agg((c.place, c.node || jsonb_build_object(
       'data', c.new || jsonb_build_object('updatedAt', v_now)))::private.node_change order by c.place), '{}')
     from changed c where c.new <> c.old)
  into shown, changes;
end
$$;
comment on function private.changes_of_nodes(jsonb, uuid[]) is
  'What jobs, by the nodeId of their metadata, change in a list of nodes, and what becomes of the effect of each: '
  'applied, superseded, node_missing or node_malformed. Of several jobs of one node the newest is shown.';
revoke execute on function private.changes_of_nodes(jsonb, uuid[]) from public;
