create function private.first_steps(
  p_at timestamptz, p_cost integer, p_balance bigint, p_available bigint, p_running bigint, p_position bigint,
  p_run_at timestamptz
) returns jsonb
language plpgsql stable set search_path = '' as $$
begin
  return jsonb_build_array(
    private.step('insert', p_at),
    private.step('credits', p_at, jsonb_build_object('cost', p_cost, 'newBalance', p_balance)),
    private.step('queue_check', p_at, jsonb_build_object('slotsAvailable', p_available, 'globalRunning', p_running)),
    private.step('queued', p_at, jsonb_build_object('position', p_position, 'run_at', p_run_at)));
end
$$;
comment on function private.first_steps(timestamptz, integer, bigint, bigint, bigint, bigint, timestamptz) is
  'The history of a job that has just been created: its price and the balance it left, the free and the taken slots '
  'of its lane, its position, and when it is to run if not as soon as it can.';
revoke execute on function private.first_steps(timestamptz, integer, bigint, bigint, bigint, bigint, timestamptz)
  from public;
