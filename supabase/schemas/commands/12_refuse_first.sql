create function private.refuse_first(p_user_id uuid, p_wishes private.wish[], p_balance bigint, p_handed jsonb)
returns jsonb[]
language plpgsql set search_path = '' as $$
declare
  v_bad record; -- the first that is wrong in itself, or that the balance does not reach
  v_uploads jsonb[];
  v_facts jsonb; -- each file is looked at once, however many jobs name it
begin
  select w.n, w.refusal into v_bad from (
    select u.n, u.refusal, u.price, sum(u.price) over (order by u.n) as total from unnest(p_wishes) u) w
  where (w.refusal).code is not null or (w.price > 0 and w.total > p_balance)
  order by w.n limit 1;
  -- Its files come before its price; and the files of those before it before all else.
  if exists (select from unnest(p_wishes) w join public.tools t on t.tool = w.tool where t.settings ? 'files') then
    v_facts := private.input_facts(p_user_id, array(
      select path from unnest(p_wishes) w join public.tools t on t.tool = w.tool,
        lateral unnest(private.all_paths(t.settings -> 'files', w.input)) path
      where w.is_new), p_handed);
    v_uploads := array(
      select case when w.is_new and w.n <= coalesce(v_bad.n, w.n) then private.check_files(
        (select t.settings -> 'files' from public.tools t where t.tool = w.tool), w.input, v_facts) end
      from (select * from unnest(p_wishes) u order by u.n offset 0) w);
  end if;
  perform private.raise_refusal(v_bad.refusal);
  if v_bad.n is not null then
    perform private.refuse_price(p_user_id, (select sum(price) from unnest(p_wishes)));
  end if;
  return v_uploads;
end
$$;
comment on function private.refuse_first(uuid, private.wish[], bigint, jsonb) is
  'Raises what is wrong with the first wish that cannot be met: in itself, with its files, or that the balance does '
  'not reach so far. Otherwise returns, for each, the upload entries of the history.';
revoke execute on function private.refuse_first(uuid, private.wish[], bigint, jsonb) from public;
