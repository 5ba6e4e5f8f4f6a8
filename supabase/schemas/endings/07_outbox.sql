create function private.cancel_item(p_cancel private.cancels, p_at timestamptz) returns jsonb
language plpgsql stable set search_path = '' as $$
begin
  return (
    select jsonb_build_object(
      'kind', 'cancel',
      'job', jsonb_build_object('id', p_cancel.job_id, 'user_id', p_cancel.user_id, 'tool', p_cancel.tool,
        'lane', p_cancel.lane, 'input', '{}'::jsonb, 'metadata', '{}'::jsonb, 'created_at', p_cancel.started_at,
        'deadline_at', null),
      'attempt', jsonb_build_object('attempt', p_cancel.attempt, 'dispatch', 1, 'token', p_cancel.token,
        'phase', 'finished', 'external_id', p_cancel.external_id, 'checkpoint', p_cancel.checkpoint,
        'started_at', p_cancel.started_at, 'submits', p_cancel.submits, 'resubmit', p_cancel.resubmit,
        'nones', p_cancel.nones, 'submit_until', p_cancel.submit_until, 'word', null, 'outputs', null, 'data', null),
      'cancel', jsonb_build_object('reason', p_cancel.reason, 'asked_at', p_cancel.asked_at, 'tries', p_cancel.tries,
        'is_sender_gone', private.is_sender_gone(p_cancel.submit_until, p_at), 'accepted_id', p_cancel.accepted_id,
        'nones', p_cancel.nones))
      || private.wiring(p_cancel.tool, p_cancel.lane, p_cancel.account_id));
end
$$;
comment on function private.cancel_item(private.cancels, timestamptz) is
  'All that a worker needs to find and to stop the task of a row of the outbox: a work item, with cancel: {reason, '
  'asked_at, tries, is_sender_gone, accepted_id, nones}. Nothing of what the user had asked for.';
revoke execute on function private.cancel_item(private.cancels, timestamptz) from public;

create function worker.receive_cancels(p_qty integer default 10) returns setof jsonb
language plpgsql security definer rows 10 set search_path = '' set plan_cache_mode = force_generic_plan
  set enable_seqscan = off set jit = off as $$
declare
  v_now timestamptz := private.now();
begin
  return query
    with due as materialized (
      select c.token from private.cancels c join private.lanes l on l.lane = c.lane
      where c.over_at is null and c.next_at <= v_now and l.delivery <> 'pull'
      order by c.next_at limit p_qty
      for update of c skip locked
    )
    update private.cancels c set next_at = v_now + interval '60 seconds', tries = c.tries + 1
    from due where c.token = due.token returning private.cancel_item(c, v_now);
end
$$;
comment on function worker.receive_cancels(integer) is
  'Leases up to p_qty rows of the outbox that are to be looked at, for 60 seconds, and returns what is needed to find '
  'out whether their tasks live, and to stop them.';
revoke execute on function worker.receive_cancels(integer) from public;
grant execute on function worker.receive_cancels(integer) to service_role;

create function worker.cancel_noted(
  p_token uuid, p_external_id text default null, p_asked boolean default false, p_none boolean default false,
  p_delay interval default '30 seconds', p_note jsonb default '{}'
) returns void
language plpgsql security definer set search_path = '' set plan_cache_mode = force_generic_plan
  set enable_seqscan = off set jit = off as $$
declare
  v_now timestamptz := private.now();
begin
  update private.cancels c set
    external_id = coalesce(c.external_id, p_external_id), checkpoint = c.checkpoint || p_note,
    asked_at = case when p_asked then v_now else c.asked_at end,
    nones = c.nones + n.counts::integer, none_at = case when n.counts then v_now else c.none_at end,
    next_at = v_now + greatest(p_delay, interval '0')
  from (select p_none and private.is_sender_gone(submit_until, v_now)
      and coalesce(none_at <= v_now - interval '60 seconds' or none_at > v_now, true) as counts
    from private.cancels where token = p_token) n
  where c.token = p_token and c.over_at is null;
end
$$;
comment on function worker.cancel_noted(uuid, text, boolean, boolean, interval, jsonb) is
  'Keeps what was learned about the task of a row of the outbox, and looks at it again after p_delay. '
  'p_external_id: its id; p_asked: the provider was asked to stop it; p_none: it had no such task, which counts '
  'once a minute, and only when no submit can be under way; p_note: merged into its checkpoint.';
revoke execute on function worker.cancel_noted(uuid, text, boolean, boolean, interval, jsonb) from public;
grant execute on function worker.cancel_noted(uuid, text, boolean, boolean, interval, jsonb) to service_role;
