create function worker.receive_settlements(p_qty integer default 10)
returns table (queue text, msg_id bigint, read_count integer, item jsonb)
language plpgsql security definer set search_path = '' set plan_cache_mode = force_generic_plan
  set enable_seqscan = off set jit = off as $$
declare
  v_messages private.message[] := private.read_messages('settle_queue', '60 seconds', p_qty);
  v_live integer;
begin
  if v_messages is null then return; end if;
  return query select * from private.live_items('settle_queue', v_messages);
  get diagnostics v_live = row_count;
  if v_live < cardinality(v_messages) then perform private.archive_dead_messages('settle_queue', v_messages); end if;
end
$$;
comment on function worker.receive_settlements(integer) is
  'Leases up to p_qty settle messages for 60 seconds, of every lane, and returns their work items as worker.receive '
  'does. Messages of jobs that have ended meanwhile are archived.';
revoke execute on function worker.receive_settlements(integer) from public;
grant execute on function worker.receive_settlements(integer) to service_role;
