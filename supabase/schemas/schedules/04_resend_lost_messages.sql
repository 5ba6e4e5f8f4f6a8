create function private.resend_in_lane(p_lane private.lanes) returns integer
language plpgsql set search_path = '' as $$
declare
  v_count integer;
begin
  execute format($query$
    with lost as (
      select jsonb_build_object('job_id', a.job_id, 'attempt', a.attempt, 'dispatch', a.dispatch) as message
      from public.job_attempts a join public.jobs j on j.id = a.job_id and j.attempt = a.attempt
      where a.outcome is null and a.phase in ('dispatched', 'preparing', 'submitting')
        and j.lane = $1 and j.status = 'processing' and a.started_at not between $2 - 2 * $3 and $2
        and not exists (select from pgmq.%1$I q where q.message ->> 'job_id' = a.job_id::text)
      order by a.started_at limit 100
    )
    select count(*) from (select pgmq.send(%2$L, message) from lost) sent $query$,
    'q_' || p_lane.queue_name, p_lane.queue_name)
  into v_count using p_lane.lane, private.now(), p_lane.lease;
  return v_count;
end
$$;
comment on function private.resend_in_lane(private.lanes) is
  'Sends the message again of each attempt of a lane that nobody has submitted for two leases and whose message is '
  'gone. Returns how many.';
revoke execute on function private.resend_in_lane(private.lanes) from public;

create function private.resend_lost_messages() returns integer
language plpgsql set search_path = '' as $$
begin
  return (select coalesce(sum(did::integer), 0)
    from private.each_lane('esteira-resend', 'private.resend_in_lane($1)') did);
end
$$;
comment on function private.resend_lost_messages() is 'Sends the messages again that are lost, lane by lane. Returns how many.';
revoke execute on function private.resend_lost_messages() from public;
