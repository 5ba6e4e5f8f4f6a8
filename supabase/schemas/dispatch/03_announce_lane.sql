create function private.announce_lane(p_lane text) returns boolean
language plpgsql set search_path = '' as $$
begin
  if not private.may_pass('announce:' || p_lane, '250 milliseconds') then return false; end if;
  perform private.broadcast('lane:' || p_lane, 'lane_moved', jsonb_build_object(
    'lane', p_lane,
    'clocks', (select coalesce(jsonb_object_agg(priority, virtual_time), '{}') from private.clocks where lane = p_lane),
    'running', (select count(*) from private.slots where lane = p_lane and token is not null),
    'at', clock_timestamp()), null);
  return true;
end
$$;
comment on function private.announce_lane(text) is
  'Broadcasts on lane:{lane} that the lane has moved: {lane, clocks: {priority: ticket last served}, running, at}, at '
  'most four times a second. A job with ticket t comes nearer as the clock of its priority nears t; where many users '
  'wait, several jobs have the same ticket. Returns whether it did.';
revoke execute on function private.announce_lane(text) from public;
