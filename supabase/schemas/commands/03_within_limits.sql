create function private.is_within_limits(p_user_id uuid, p_tool public.tools, p_lane private.lanes, p_by_user boolean)
returns boolean
language plpgsql volatile set search_path = '' as $$
declare
  v_now timestamptz := private.now();
  v_creates bigint;
  v_stored bigint;
begin
  select max(maximum) filter (where limit_name <> 'stored_bytes'),
    max(maximum) filter (where limit_name = 'stored_bytes')
  into v_creates, v_stored
  from (
    select l.limit_name, coalesce((
      select maximum from private.limits_of_users u where u.user_id = p_user_id and u.limit_name = l.limit_name),
      l.maximum) as maximum
    from private.limits l where l.limit_name in (
      'stored_bytes', case when p_by_user then 'creates_a_minute' else 'creates_a_minute_by_server' end)) limits;
  return (
    select coalesce(v_creates > (
        select count(*) from (
          select from public.jobs
          where user_id = p_user_id and created_at > v_now - interval '1 minute' and created_at <= v_now
            and is_by_user = p_by_user
          order by created_at desc, id desc limit v_creates) c), true)
      and coalesce(p_lane.max_refunds_per_user > (
        select count(*) from (
          select from public.credit_entries
          where user_id = p_user_id and is_counted and created_at > v_now - p_lane.refund_window
            and created_at <= v_now
          order by created_at desc limit p_lane.max_refunds_per_user) r), true)
      and coalesce(p_lane.max_waiting_per_user > (
        select count(*) from public.jobs
        where user_id = p_user_id and lane = p_lane.lane and status = 'pending'), true)
      and (v_stored is null or p_tool.max_output_bytes is null
        or private.stores_little(p_user_id, p_tool.max_output_bytes, v_stored)));
end
$$;
comment on function private.is_within_limits(uuid, public.tools, private.lanes, boolean) is
  'Whether a user may have one new job of a tool for all that check_creates_limit, check_refund_limit, '
  'check_storage_limit and check_waiting_limit would say, in two statements. False: one of them has to be asked, for '
  'what is refused, or because what is stored has to be added up. Exact, because one user''s creates go one at a time.';
revoke execute on function private.is_within_limits(uuid, public.tools, private.lanes, boolean) from public;
