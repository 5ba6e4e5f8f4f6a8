create type private.pointer as (queue text, msg_id bigint, read_count integer, due_at timestamptz);
comment on type private.pointer is
  'The message that points at what is to be done for an attempt: how often it was read, and when it may be read, '
  'perhaps again. Leased or put off, that is to come; past, nobody has read it since.';

create function private.messages_of(p_queue text, p_attempt public.job_attempts) returns setof private.pointer
language plpgsql stable set search_path = '' as $$
begin
  -- No longer than its lane has slots (see the messages room). Compared as text: not all that lies in it need be ours.
  if to_regclass('pgmq.' || quote_ident('q_' || p_queue)) is null then return; end if;
  return query execute format($query$
    select %L, q.msg_id, q.read_ct::integer, q.vt from pgmq.%I q
    where q.message ->> 'job_id' = $1 and q.message ->> 'attempt' = $2 order by q.vt, q.msg_id limit 1 $query$,
    p_queue, 'q_' || p_queue)
  using p_attempt.job_id::text, p_attempt.attempt::text;
end
$$;
comment on function private.messages_of(text, public.job_attempts) is
  'The message of a queue about an attempt that may be read first; none: there is none, or no such queue.';
revoke execute on function private.messages_of(text, public.job_attempts) from public;

create function private.pointer_of(p_attempt public.job_attempts, p_lane private.lanes, p_at timestamptz)
returns private.pointer
language plpgsql stable set search_path = '' as $$
declare
  v_pointer private.pointer;
begin
  if p_attempt.phase in ('dispatched', 'preparing', 'submitting')
     or (p_attempt.phase = 'submitted' and p_lane.delivery = 'sync') then
    select * into v_pointer from private.messages_of(p_lane.queue_name, p_attempt);
  end if;
  -- The question is known by its number; what a webhook has sent is looked for.
  if v_pointer.msg_id is null and p_attempt.phase = 'submitted' then
    select 'settle_queue', q.msg_id, q.read_ct, q.vt into v_pointer
    from pgmq.q_settle_queue q where q.msg_id = p_attempt.question_id;
  end if;
  if v_pointer.msg_id is null then select * into v_pointer from private.messages_of('settle_queue', p_attempt); end if;
  -- Queues go by the real time, which a test may have stopped.
  v_pointer.due_at := p_at + (v_pointer.due_at - statement_timestamp());
  return v_pointer;
end
$$;
comment on function private.pointer_of(public.job_attempts, private.lanes, timestamptz) is
  'The message that moves an open attempt next; msg_id null: there is none.';
revoke execute on function private.pointer_of(public.job_attempts, private.lanes, timestamptz) from public;

create function private.as_evidence(p_pointer private.pointer) returns jsonb
language sql immutable set search_path = '' as $$
  select case when p_pointer.msg_id is not null then jsonb_build_object('queue', p_pointer.queue,
    'message', p_pointer.msg_id, 'read', p_pointer.read_count, 'readable_at', p_pointer.due_at) end
$$;
comment on function private.as_evidence(private.pointer) is 'A message as evidence of a finding; null: there is none.';
revoke execute on function private.as_evidence(private.pointer) from public;

create function private.in_seconds(p_interval interval) returns numeric
language sql immutable set search_path = '' as $$
  select round(extract(epoch from p_interval), 1)
$$;
comment on function private.in_seconds(interval) is 'An interval in seconds, to a tenth: as evidence.';
revoke execute on function private.in_seconds(interval) from public;

create function private.said(p_interval interval) returns text
language sql immutable set search_path = '' as $$
  select case when p_interval < '2 minutes' then format('%s s', greatest(round(extract(epoch from p_interval)), 0))
    when p_interval < '2 hours' then format('%s min', round(extract(epoch from p_interval) / 60))
    when p_interval < '2 days' then format('%s h', round(extract(epoch from p_interval) / 3600))
    else format('%s days', round(extract(epoch from p_interval) / 86400)) end
$$;
comment on function private.said(interval) is 'An interval as an operator reads it: 40 s, 12 min, 3 h, 5 days.';
revoke execute on function private.said(interval) from public;
