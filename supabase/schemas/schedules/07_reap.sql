create function worker.reap() returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_result jsonb := jsonb_build_object(
    'asked', private.ask_about_silent_jobs(),
    'leases_ended', private.end_expired_leases(),
    'given_up', private.give_up_overdue_jobs(),
    'slots_freed', private.free_abandoned_slots());
begin
  perform private.tick();
  -- Which the tick leaves to claims.
  perform private.dispatch(lane, p_poke => false) from private.lanes where delivery = 'pull';
  -- The tick does not see messages that were sent in its own transaction.
  if (v_result ->> 'asked')::integer > 0 then
    perform private.poke(lane) from private.lanes where delivery = 'webhook';
  end if;
  return private.note_repairs('esteira-reap', v_result);
end
$$;
comment on function worker.reap() is
  'Finds what fell out of every other hand: webhooks that never came, workers outside that are gone, attempts past '
  'their deadline, slots without a running job; then dispatches. Returns counts: {asked, leases_ended, given_up, '
  'slots_freed}.';
revoke execute on function worker.reap() from public;
grant execute on function worker.reap() to service_role;
