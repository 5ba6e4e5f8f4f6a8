create function private.resend_lost_messages() returns integer
language plpgsql set search_path = '' as $$
declare
  v_lane private.lanes;
  v_count integer := 0;
  v_sent integer;
begin
  for v_lane in select * from private.lanes order by lane loop
    execute format($query$
      with lost as (
        select jsonb_build_object('job_id', a.job_id, 'attempt', a.attempt, 'dispatch', a.dispatch) as message
        from public.job_attempts a join public.jobs j on j.id = a.job_id and j.attempt = a.attempt
        where a.outcome is null and a.phase in ('dispatched', 'preparing', 'submitting')
          and j.lane = $1 and j.status = 'processing' and a.started_at not between $2 - 2 * $3 and $2
          and not exists (select from pgmq.%1$I q where (q.message ->> 'job_id')::uuid = a.job_id)
        order by a.started_at limit 100
      )
      select count(*) from (select pgmq.send(%2$L, message) from lost) sent $query$,
      'q_' || v_lane.queue_name, v_lane.queue_name)
    into v_sent using v_lane.lane, private.now(), v_lane.lease;
    v_count := v_count + v_sent;
  end loop;
  return v_count;
end
$$;
comment on function private.resend_lost_messages() is
  'Sends the message again of each attempt that nobody has submitted for two leases and whose message is gone. Returns '
  'how many.';
revoke execute on function private.resend_lost_messages() from public;
