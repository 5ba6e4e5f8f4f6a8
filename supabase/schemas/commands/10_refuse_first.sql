create function private.refuse_first(p_user_id uuid, p_wishes private.wish[], p_balance integer) returns jsonb[]
language plpgsql set search_path = '' as $$
declare
  v_bad record; -- the first that is wrong in itself, or that the balance does not reach
  v_uploads jsonb[];
  v_price bigint; -- of all that is new
begin
  select w.n, w.refusal, w.credit_cost into v_bad from (
    select u.n, u.is_new, u.refusal, t.credit_cost,
      sum(t.credit_cost) filter (where u.is_new) over (order by u.n) as total
    from unnest(p_wishes) u left join public.tools t on t.tool = u.tool) w
  where (w.refusal).code is not null or (w.is_new and w.credit_cost > 0 and w.total > p_balance)
  order by w.n limit 1;
  -- Its files come before its price; and the files of those before it before all else.
  if exists (select from unnest(p_wishes) w join public.tools t on t.tool = w.tool where t.settings ? 'files') then
    v_uploads := array(
      select case when w.is_new and w.n <= coalesce(v_bad.n, w.n) then private.check_input_files(
        p_user_id, (select t.settings -> 'files' from public.tools t where t.tool = w.tool), w.input) end
      from (select * from unnest(p_wishes) u order by u.n offset 0) w);
  end if;
  if (v_bad.refusal).code is not null then
    perform private.refuse((v_bad.refusal).http, (v_bad.refusal).code, (v_bad.refusal).message, (v_bad.refusal).field);
  elsif v_bad.n is not null then
    select sum(t.credit_cost) into v_price from unnest(p_wishes) w join public.tools t on t.tool = w.tool
    where w.is_new;
    perform private.refuse_price(p_user_id, v_price);
  end if;
  return v_uploads;
end
$$;
comment on function private.refuse_first(uuid, private.wish[], integer) is
  'Raises what is wrong with the first wish that cannot be met: in itself, with its files, or that the balance does '
  'not reach so far. Otherwise returns, for each, the upload entries of the history.';
revoke execute on function private.refuse_first(uuid, private.wish[], integer) from public;
