create function private.first_steps(
  p_at timestamptz, p_cost integer, p_balance bigint, p_available bigint, p_running bigint, p_position bigint,
  p_run_at timestamptz
) returns jsonb
language plpgsql stable set search_path = '' as $$
declare
  v_when text := format('"timestamp": "%s"', to_char(p_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'));
begin
  -- What private.step makes of each, read as one text, in half the time: a batch has a thousand of these.
  return format('[{"step": "insert", %1$s}, {"step": "credits", %1$s, "cost": %2$s, "newBalance": %3$s},
    {"step": "queue_check", %1$s%4$s}, {"step": "queued", %1$s, "position": %5$s%6$s}]',
    v_when, p_cost, p_balance,
    -- A lane without slots has none to count.
    ', "slotsAvailable": ' || p_available || ', "globalRunning": ' || p_running, p_position,
    ', "run_at": ' || to_json(p_run_at)::text)::jsonb;
end
$$;
comment on function private.first_steps(timestamptz, integer, bigint, bigint, bigint, bigint, timestamptz) is
  'The history of a job that has just been created: its price and the balance it left, the free and the taken slots '
  'of its lane, its position, and when it is to run if not as soon as it can.';
revoke execute on function private.first_steps(timestamptz, integer, bigint, bigint, bigint, bigint, timestamptz)
  from public;
