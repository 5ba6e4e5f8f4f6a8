create function ops.pause_lane(p_lane text, p_reason text, p_for interval default null) returns void
language plpgsql security definer set search_path = '' as $$
begin
  update private.lanes set paused_until = coalesce(private.now() + p_for, 'infinity'), pause_reason = p_reason
  where lane = p_lane;
  if not found then
    perform private.refuse(404, 'lane_not_found', format('There is no lane %L.', p_lane), 'lane');
  end if;
end
$$;
comment on function ops.pause_lane(text, text, interval) is
  'Dispatches nothing in a lane for p_for, or until it is resumed; what runs goes on. Error: 404 lane_not_found.';
revoke execute on function ops.pause_lane(text, text, interval) from public;

create function ops.resume_lane(p_lane text) returns integer
language plpgsql security definer set search_path = '' as $$
begin
  update private.lanes set paused_until = null, pause_reason = null where lane = p_lane;
  if not found then
    perform private.refuse(404, 'lane_not_found', format('There is no lane %L.', p_lane), 'lane');
  end if;
  return private.dispatch(p_lane);
end
$$;
comment on function ops.resume_lane(text) is
  'Ends a lane''s pause and dispatches it; returns how many jobs started. Error: 404 lane_not_found.';
revoke execute on function ops.resume_lane(text) from public;

create function ops.pause_account(p_account_id integer, p_reason text, p_for interval default null) returns void
language plpgsql security definer set search_path = '' as $$
begin
  update private.accounts set paused_until = coalesce(private.now() + p_for, 'infinity'), pause_reason = p_reason
  where account_id = p_account_id;
  if not found then
    perform private.refuse(404, 'account_not_found', format('There is no account %s.', p_account_id));
  end if;
end
$$;
comment on function ops.pause_account(integer, text, interval) is
  'Gives an account no further jobs for p_for, or until it is resumed; what runs goes on. Error: 404 '
  'account_not_found.';
revoke execute on function ops.pause_account(integer, text, interval) from public;

create function ops.resume_account(p_account_id integer) returns integer
language plpgsql security definer set search_path = '' as $$
declare
  v_lane text;
begin
  update private.accounts set paused_until = null, pause_reason = null
  where account_id = p_account_id returning lane into v_lane;
  if not found then
    perform private.refuse(404, 'account_not_found', format('There is no account %s.', p_account_id));
  end if;
  return private.dispatch(v_lane);
end
$$;
comment on function ops.resume_account(integer) is
  'Ends an account''s pause and dispatches its lane; returns how many jobs started. Error: 404 account_not_found.';
revoke execute on function ops.resume_account(integer) from public;
