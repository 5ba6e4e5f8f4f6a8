create function private.check_creates_limit(p_user_id uuid, p_more bigint, p_by_user boolean) returns void
language plpgsql volatile set search_path = '' as $$
declare
  v_now timestamptz := private.now();
  v_limit bigint := private.limit_of(
    case when p_by_user then 'creates_a_minute' else 'creates_a_minute_by_server' end, p_user_id);
  v_in_the_way timestamptz; -- the newest that has to leave the minute before so many more fit into it
begin
  if v_limit is null or p_more = 0 then return; end if;
  -- What is of the future was written before the clock was set back: nobody is to wait until then.
  select created_at into v_in_the_way from public.jobs
  where user_id = p_user_id and created_at > v_now - interval '1 minute' and created_at <= v_now
    and is_by_user = p_by_user
  order by created_at desc, id desc offset greatest(v_limit - p_more, 0) limit 1;
  if not found and p_more <= v_limit then return; end if;
  perform private.refuse_limit(429, 'too_many_creates', format('No more than %s new jobs a minute.', v_limit), v_limit,
    case when p_more <= v_limit then v_in_the_way + interval '1 minute' end);
end
$$;
comment on function private.check_creates_limit(uuid, bigint, boolean) is
  'Error 429 too_many_creates when p_more new jobs of a user would be more than may be created in a minute, counting '
  'those that the user asked for (p_by_user) or those that servers did. Never to be let in: no retryAt. Exact, because '
  'one user''s creates go one at a time.';
revoke execute on function private.check_creates_limit(uuid, bigint, boolean) from public;
