create function worker.receive(p_lane text, p_qty integer default 10, p_waits boolean default false)
returns table (queue text, msg_id bigint, read_count integer, item jsonb)
language plpgsql security definer set search_path = '' set plan_cache_mode = force_generic_plan
  set enable_seqscan = off set jit = off as $$
declare
  v_lane private.lanes;
  v_messages private.message[];
  v_live integer;
  v_started integer;
begin
  select * into v_lane from private.lanes where lane = p_lane;
  if not found then
    perform private.refuse(404, 'lane_not_found', format('There is no lane %L.', p_lane), 'lane');
  end if;
  if v_lane.delivery = 'pull' then return; end if; -- workers outside claim these
  if p_waits and not private.wait_for_others(v_lane) then return; end if; -- first of all, holding nothing
  v_started := private.dispatch(p_lane, p_poke => false);
  v_messages := private.read_messages(v_lane.queue_name, v_lane.lease, p_qty);
  if p_lane = 'publication' then v_messages := private.seated(v_messages); end if;
  if v_messages is null then
    if v_started = 0 and not p_waits and private.is_kept_apart(v_lane) then
      perform set_config('response.status', '202', true);
    end if;
    return;
  end if;

  return query select * from private.live_items(v_lane.queue_name, v_messages);
  get diagnostics v_live = row_count;

  -- The items above show the phase as the last worker left it; from now on this one is at work. Where there are no
  -- files to hand over, the next that is heard of it is the checkpoint.
  update public.job_attempts a set phase = 'preparing'
  from unnest(v_messages) m, public.jobs j, public.tools t
  where a.job_id = m.job_id and a.attempt = m.attempt and a.dispatch = m.dispatch and a.phase = 'dispatched'
    and j.id = a.job_id and t.tool = j.tool and t.settings ? 'files';

  if v_live < cardinality(v_messages) then perform private.archive_dead_messages(v_lane.queue_name, v_messages); end if;
end
$$;
comment on function worker.receive(text, integer, boolean) is
  'Dispatches a lane, then leases up to p_qty of its messages and returns what is needed to submit them: item = '
  '{job, attempt, tool_settings, provider, account}. item.attempt.phase is where an earlier worker left off: '
  'dispatched (nobody began), preparing, submitting (the provider may have the task), submitted. Nothing of a pull '
  'lane (worker.claim). Status 202 with nothing: a job waits beside a free slot, and somebody who has not committed '
  'yet may have kept them apart; call again with p_waits, which waits for them, two seconds at most. Error: 404 '
  'lane_not_found.';
revoke execute on function worker.receive(text, integer, boolean) from public;
grant execute on function worker.receive(text, integer, boolean) to service_role;
