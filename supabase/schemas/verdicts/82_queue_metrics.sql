create type private.queue_metrics as (
  queue text, lane text, is_there boolean, length bigint, visible bigint, unread bigint, oldest interval,
  most_reads integer);
comment on type private.queue_metrics is 'What is in a queue: see ops.queue_metrics.';

create function private.metrics_of(p_queue text, p_lane text, p_lease interval) returns private.queue_metrics
language plpgsql volatile set search_path = '' as $$
declare
  v_metrics private.queue_metrics;
begin
  -- Volatile, so that it sees what is visible now; a linter would have it stable.
  -- @plpgsql_check_options: performance_warnings = off
  v_metrics.queue := p_queue;
  v_metrics.lane := p_lane;
  v_metrics.is_there := to_regclass(format('pgmq.%I', 'q_' || p_queue)) is not null;
  if v_metrics.is_there then
    -- As long as it has slots, or as many jobs run; should it be longer after all, what is over is not read.
    execute format($query$
      select count(*), count(*) filter (where vt <= clock_timestamp()),
        count(*) filter (where vt < clock_timestamp() - $1), clock_timestamp() - min(enqueued_at), max(read_ct)
      from (select * from pgmq.%I limit 100000) q $query$, 'q_' || p_queue)
    into v_metrics.length, v_metrics.visible, v_metrics.unread, v_metrics.oldest, v_metrics.most_reads using p_lease;
  end if;
  return v_metrics;
end
$$;
comment on function private.metrics_of(text, text, interval) is
  'What is in a queue. p_lease: how long a message may be visible before it counts as unread.';
revoke execute on function private.metrics_of(text, text, interval) from public;

create function ops.queue_metrics() returns setof private.queue_metrics
language plpgsql volatile security definer set search_path = '' as $$
begin
  return query
    select m.* from (
      select l.queue_name, l.lane, l.lease from private.lanes l
      union all
      select 'settle_queue', null, interval '1 minute') q,
    private.metrics_of(q.queue_name, q.lane, q.lease) m
    order by m.is_there, m.unread desc, m.length desc, m.queue;
end
$$;
comment on function ops.queue_metrics() is
  'What is in the queue of each lane, and in the settle queue (lane null). is_there: false, somebody has dropped it; '
  'length; visible: to be read now, the rest is leased or delayed; unread: visible for longer than a lease, so nobody '
  'reads it; oldest: since when the first message is in it; most_reads: how often one of them was read. What waits for '
  'a slot is in no queue: see ops.lane_health.';
revoke execute on function ops.queue_metrics() from public;
