create function private.install_queues() returns setof private.shipment
language plpgsql set search_path = '' as $$
begin
  return query
    with queues as materialized (
      select 'settle_queue' as name union all select queue_name from private.lanes
    ), made as materialized (
      select q.name, pgmq.create(q.name) from queues q
      where not exists (select from pgmq.meta m where m.queue_name = q.name)
    )
    select 'queue', q.name, case when made.name is null then 'unchanged' else 'inserted' end, null::text
    from queues q left join made on made.name = q.name;
end
$$;
comment on function private.install_queues() is
  'Makes the pgmq queues that are missing: the settle queue, and that of every lane, shipped or not. A queue is no '
  'operator''s choice: without it its lane can start nothing. Called by ops.install() alone.';
revoke execute on function private.install_queues() from public;
