create function private.check_refund_limit(p_lane private.lanes, p_user_id uuid) returns void
language plpgsql volatile set search_path = '' as $$
declare
  v_now timestamptz := private.now();
  v_count bigint;
  v_oldest timestamptz;
begin
  if p_lane.max_refunds_per_user is null then return; end if;
  -- What is of the future was written before the clock was set back: nobody is to wait until then.
  select count(*), min(r.created_at) into v_count, v_oldest from (
    select created_at from public.credit_entries
    where user_id = p_user_id and is_counted and created_at > v_now - p_lane.refund_window and created_at <= v_now
    order by created_at desc limit p_lane.max_refunds_per_user) r;
  if v_count < p_lane.max_refunds_per_user then return; end if;
  perform private.refuse_limit(429, 'too_many_refunds',
    format('No more jobs after %s refunds in %s.', p_lane.max_refunds_per_user, p_lane.refund_window),
    p_lane.max_refunds_per_user, v_oldest + p_lane.refund_window);
end
$$;
comment on function private.check_refund_limit(private.lanes, uuid) is
  'Error 429 too_many_refunds when the user has had as many counted refunds as the lane bears with. Exact, because one '
  'user''s creates go one at a time.';
revoke execute on function private.check_refund_limit(private.lanes, uuid) from public;
