create function private.alerts_tick() returns jsonb
language plpgsql set search_path = '' as $$
declare
  v_now timestamptz := private.now();
  v_opened integer;
  v_closed integer;
begin
  perform private.look_at_rules(v_now);
  v_closed := private.close_alerts(v_now);
  v_opened := private.open_alerts(v_now);
  perform private.send_posts(v_now);
  delete from ops.alerts where closed_at < v_now - interval '90 days';
  return jsonb_build_object('opened', v_opened, 'closed', v_closed);
end
$$;
comment on function private.alerts_tick() is
  'Opens an alert for each rule that has begun to hold, closes those of rules that hold no longer, and sends what is '
  'to be posted of both. Forgets alerts closed 90 days ago. Returns counts: {opened, closed}.';
revoke execute on function private.alerts_tick() from public;
