create function private.entries_of(
  p_user_id uuid, p_limit integer, p_before bigint, p_balance bigint
) returns table (entry jsonb, entry_id bigint, balance_before bigint, n bigint)
language plpgsql stable set search_path = '' set plan_cache_mode = force_custom_plan as $$
begin
  return query
    with page as (
      select * from public.credit_entries e
      where e.user_id = p_user_id and (p_before is null or e.entry_id < p_before)
      order by e.entry_id desc limit p_limit
    ), reckoned as ( -- from the balance back in time, what came after each of them taken away
      select p.*, p_balance - coalesce(sum(p.amount) over (
          order by p.entry_id desc rows between unbounded preceding and 1 preceding), 0)::bigint as balance
      from page p
    )
    select jsonb_build_object('entry_id', r.entry_id, 'at', r.created_at, 'kind', r.kind, 'amount', r.amount,
        'balance', r.balance, 'noted_balance', r.balance_after, 'is_off', r.balance <> r.balance_after,
        'job_id', r.job_id, 'tool', j.tool, 'status', j.status, 'reference', r.reference, 'note', r.note,
        'is_counted', r.is_counted),
      r.entry_id, r.balance - r.amount, row_number() over (order by r.entry_id desc)
    from reckoned r left join public.jobs j on j.id = r.job_id;
end
$$;
comment on function private.entries_of(uuid, integer, bigint, bigint) is
  'The last p_limit entries of a user, or of a tombstone, before p_before, each with the balance after it, reckoned '
  'back from p_balance: what was there after the first of them.';
revoke execute on function private.entries_of(uuid, integer, bigint, bigint) from public;

create function private.statement_of(
  p_user jsonb, p_limit integer, p_before bigint, p_balance bigint
) returns jsonb
language plpgsql stable set search_path = '' as $$
begin
  return (
    with lines as materialized (
      select * from private.entries_of((p_user ->> 'user_id')::uuid, p_limit + 1, p_before, p_balance)
    ), last_one as (
      select jsonb_build_object('entry_id', entry_id, 'balance', balance_before) as place from lines where n = p_limit
    )
    select jsonb_build_object('user', p_user,
      'entries', (select coalesce(jsonb_agg(entry order by n), '[]') from lines where n <= p_limit),
      'next', (select place from last_one where exists (select from lines where n > p_limit))));
end
$$;
comment on function private.statement_of(jsonb, integer, bigint, bigint) is
  'A page of a statement, see ops_api.statement; p_user: of private.user_line.';
revoke execute on function private.statement_of(jsonb, integer, bigint, bigint) from public;

create function private.look_at_statement(
  p_user_id uuid, p_limit integer, p_before bigint, p_balance bigint, p_at timestamptz
) returns jsonb
language plpgsql stable set search_path = '' as $$
declare
  -- Stable: the balance and the entries are those of one moment.
  v_user jsonb := private.user_line(p_user_id, p_at);
begin
  return private.statement_of(v_user, p_limit, p_before, coalesce(p_balance, (v_user ->> 'balance')::bigint));
end
$$;
comment on function private.look_at_statement(uuid, integer, bigint, bigint, timestamptz) is
  'A page of the statement of a user, or of a tombstone; without p_before and p_balance the first one.';
revoke execute on function private.look_at_statement(uuid, integer, bigint, bigint, timestamptz) from public;

create function ops_api.statement(p_user_id uuid, p_limit integer default 50, p_before jsonb default null)
returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_before bigint;
  v_balance bigint;
  v_page jsonb;
begin
  perform private.require_operator();
  if p_limit is null or p_limit not between 1 and 200 then
    perform private.refuse(422, 'invalid_input', 'A page has 1 to 200 entries.', 'limit');
  end if;
  begin
    v_before := p_before ->> 'entry_id';
    v_balance := p_before ->> 'balance';
  exception when data_exception then
    perform private.refuse(422, 'invalid_input', sqlerrm, 'before');
  end;
  v_page := private.look_at_statement(p_user_id, p_limit, v_before, v_balance, private.now());
  if jsonb_typeof(v_page -> 'user') = 'null' then
    perform private.refuse(404, 'user_not_found', 'There is no such user.', 'user_id');
  end if;
  return v_page;
end
$$;
comment on function ops_api.statement(uuid, integer, jsonb) is
  'What came and went of a user''s credits, the last first: {user: as of ops_api.users, entries: [{entry_id, at, kind '
  '(grant, charge, refund), amount, balance (after it: reckoned back from the balance that there is now), '
  'noted_balance (as it was written with it), is_off (they differ: drift), job_id, tool, status, reference, note, '
  'is_counted}], next: p_before of the page that follows, null: that was all}. Of a tombstone too. Errors: 403 '
  'not_an_operator, 404 user_not_found, 422 invalid_input.';
revoke execute on function ops_api.statement(uuid, integer, jsonb) from public;
grant execute on function ops_api.statement(uuid, integer, jsonb) to authenticated, service_role;
