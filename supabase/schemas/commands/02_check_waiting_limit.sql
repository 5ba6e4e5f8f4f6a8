create function private.check_waiting_limit(p_lane text, p_user_id uuid, p_more integer default 1) returns void
language plpgsql volatile set search_path = '' as $$
declare
  v_limit integer := (select max_waiting_per_user from private.lanes where lane = p_lane);
begin
  if v_limit is null then return; end if;
  if v_limit < p_more + (
    select count(*) from public.jobs where user_id = p_user_id and lane = p_lane and status = 'pending') then
    perform private.refuse_limit(429, 'too_many_waiting', format('No more than %s jobs may wait.', v_limit), v_limit,
      p_more => jsonb_build_object('lane', p_lane));
  end if;
end
$$;
comment on function private.check_waiting_limit(text, uuid, integer) is
  'Error 429 too_many_waiting when the user may not have p_more further jobs waiting in the lane. Exact, because one '
  'user''s creates go one at a time.';
revoke execute on function private.check_waiting_limit(text, uuid, integer) from public;
