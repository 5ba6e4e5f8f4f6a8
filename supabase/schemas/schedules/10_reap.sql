create function worker.reap() returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  v_moved bigint := private.follow_clock(); -- before any time is looked at
  v_result jsonb := jsonb_build_object(
    'asked', private.ask_about_silent_jobs(),
    'resent', private.resend_lost_messages(),
    'leases_ended', private.end_expired_leases(),
    'asked_last', private.ask_a_last_time(),
    'given_up', private.give_up_overdue_jobs(),
    'expired', private.end_expired_jobs(),
    'copies_given_up', private.give_up_copies(),
    'tasks_unknown', private.end_task_lives(),
    'slots_freed', private.free_abandoned_slots());
begin
  perform private.tick();
  -- Which the tick leaves to claims.
  perform private.dispatch(lane, p_poke => false) from private.lanes where delivery = 'pull';
  -- The tick does not see messages that were sent in its own transaction.
  if (v_result ->> 'asked')::integer + (v_result ->> 'asked_last')::integer > 0 then
    perform private.poke(lane) from private.lanes where delivery in ('webhook', 'poll');
  end if;
  perform private.forget_retired_accounts();
  return private.note_repairs('esteira-reap', v_result);
end
$$;
comment on function worker.reap() is
  'Finds what fell out of every other hand: questions that were lost, workers outside that are gone, jobs past '
  'their deadline, jobs that have waited too long to begin, results that cannot be copied, tasks that nobody hears '
  'of any more, slots of nobody; then dispatches. Ends everything by SQL and time alone, though every worker always '
  'crashed. Returns counts: {asked, resent, leases_ended, asked_last, given_up, expired, copies_given_up, '
  'tasks_unknown, slots_freed}.';
revoke execute on function worker.reap() from public;
grant execute on function worker.reap() to service_role;
