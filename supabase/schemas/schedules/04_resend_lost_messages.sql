create function private.resend(p_jobs uuid[], p_queue text) returns integer
language plpgsql set search_path = '' as $$
begin
  perform pgmq.send(p_queue,
    jsonb_build_object('job_id', a.job_id, 'attempt', a.attempt, 'dispatch', a.dispatch))
  from unnest(p_jobs) with ordinality lost (job_id, n)
  join public.jobs j on j.id = lost.job_id
  join public.job_attempts a on a.job_id = j.id and a.attempt = j.attempt
  order by lost.n;
  return cardinality(p_jobs);
end
$$;
comment on function private.resend(uuid[], text) is
  'Sends the messages again of the last attempts of jobs to their lane''s queue. Returns how many.';
revoke execute on function private.resend(uuid[], text) from public;

create function private.resend_in_lane(p_lane private.lanes) returns integer
language plpgsql set search_path = '' as $$
declare
  v_jobs uuid[];
begin
  -- Compared as text: not all that lies in a queue need be ours.
  execute format($query$
    select array_agg(job_id) from (
      select a.job_id
      from public.job_attempts a join public.jobs j on j.id = a.job_id and j.attempt = a.attempt
      where a.outcome is null and (a.phase in ('dispatched', 'preparing', 'submitting')
          -- Where nobody asks by messages of their own, the submit's goes on until the end.
          or (a.phase = 'submitted' and $5))
        and j.lane = $1 and j.status = 'processing' and a.started_at not between $2 - 2 * $3 and $2
        and j.id <> all ($4)
        and not exists (select from pgmq.%1$I q where q.message ->> 'job_id' = a.job_id::text)
      order by a.started_at limit 100) lost $query$, 'q_' || p_lane.queue_name)
  into v_jobs using p_lane.lane, private.now(), p_lane.lease, private.quarantined('esteira-resend'),
    p_lane.delivery = 'sync';
  return private.do_all('esteira-resend', format('private.resend($1, %L)', p_lane.queue_name), v_jobs);
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
comment on function private.resend_lost_messages() is
  'Sends the messages again that are lost, lane by lane. Returns how many.';
revoke execute on function private.resend_lost_messages() from public;
