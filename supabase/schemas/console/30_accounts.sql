-- Accounts, the inbox of webhooks, credits and the audit, as the console shows them. All of it is read by pages: what
-- no index finds is looked for among a bounded number of the newest rows, and the page says how many those were
-- (looked_at) and whether that was all (is_complete). Nothing here locks but a grant (35): the admin (advisory) → the
-- user's row → the credit account.

create function private.state_of_secret(p_name text) returns text
language plpgsql stable set search_path = '' as $$
begin
  return case when p_name is null then 'not_needed' when private.secret(p_name) is null then 'missing'
    else 'present' end;
end
$$;
comment on function private.state_of_secret(text) is
  'Whether the Vault has a secret: present, missing (also when it is empty), not_needed (null: no name).';
revoke execute on function private.state_of_secret(text) from public;

create function private.account_line(p_account private.accounts, p_at timestamptz) returns jsonb
language plpgsql stable set search_path = '' as $$
begin
  return (
    select jsonb_build_object('account_id', p_account.account_id, 'lane', p_account.lane, 'provider', l.provider,
      'delivery', l.delivery, 'name', p_account.name, 'capacity', s.capacity, 'running', s.running,
      'retiring', s.retiring, 'key', private.state_of_secret(p_account.secret_name),
      'secret_name', p_account.secret_name,
      'webhook_secret', private.state_of_secret(p_account.webhook_secret_name),
      'webhook_secret_name', p_account.webhook_secret_name,
      'is_paused', coalesce(p_account.paused_until > p_at, false),
      'paused_until', case when p_account.paused_until > p_at then p_account.paused_until end,
      'pause_reason', case when p_account.paused_until > p_at then p_account.pause_reason end,
      'pause_left_ms', case when p_account.paused_until > p_at and isfinite(p_account.paused_until)
        then private.ms(p_account.paused_until - p_at) end,
      'is_lane_paused', coalesce(l.paused_until > p_at, false), 'is_circuit_open', l.circuit_opened_at is not null,
      'retired_at', p_account.retired_at)
    from private.lanes l, (
      select count(*) filter (where not is_retiring) as capacity, count(token) as running,
        count(*) filter (where is_retiring) as retiring
      from private.slots where account_id = p_account.account_id) s
    where l.lane = p_account.lane);
end
$$;
comment on function private.account_line(private.accounts, timestamptz) is
  'An account as ops_api.accounts tells of it. Never the key, only whether there is one.';
revoke execute on function private.account_line(private.accounts, timestamptz) from public;

create function ops_api.accounts(p_limit integer default 200, p_after integer default null) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_at timestamptz;
  v_last private.accounts;
  v_page integer[];
begin
  perform private.require_operator();
  if p_limit is null or p_limit not between 1 and 200 then
    perform private.refuse(422, 'invalid_input', 'A page has 1 to 200 accounts.', 'limit');
  end if;
  v_at := private.now();
  select * into v_last from private.accounts where account_id = p_after;
  v_page := array(
    select a.account_id from private.accounts a where p_after is null or (a.lane, a.name) > (v_last.lane, v_last.name)
    order by a.lane, a.name limit p_limit + 1);
  return jsonb_build_object(
    'accounts', (select coalesce(jsonb_agg(private.account_line(a, v_at) order by a.lane, a.name), '[]')
      from private.accounts a where a.account_id = any (v_page[1:p_limit])),
    'next', case when cardinality(v_page) > p_limit then v_page[p_limit] end);
end
$$;
comment on function ops_api.accounts(integer, integer) is
  'API keys of providers, by lane and name: {accounts: [{account_id, lane, provider, delivery, name, capacity, '
  'running (slots that are held), retiring (slots too many, which go when they are let go of), key and '
  'webhook_secret (present, missing, not_needed; never the secret), secret_name, webhook_secret_name, is_paused, '
  'paused_until ("infinity": until it is resumed), pause_reason, pause_left_ms, is_lane_paused, is_circuit_open, '
  'retired_at}], next: p_after of the page that follows, null: that was all}. Errors: 403 not_an_operator, 422 '
  'invalid_input.';
revoke execute on function ops_api.accounts(integer, integer) from public;
grant execute on function ops_api.accounts(integer, integer) to authenticated, service_role;

create function private.holders_of(p_account_id integer, p_at timestamptz, p_limit integer) returns jsonb
language plpgsql stable set search_path = '' as $$
begin
  return (
    select coalesce(jsonb_agg(jsonb_build_object('slot_id', s.slot_id, 'is_retiring', s.is_retiring,
      'job_id', s.job_id, 'attempt', coalesce(a.attempt, c.attempt),
      'tool', coalesce(j.tool, c.tool), 'status', j.status, 'current_step', j.current_step,
      'user_id', j.user_id, 'user_email', u.email, 'external_id', coalesce(a.external_id, c.external_id),
      'is_job_over', j.id is null or j.status in ('completed', 'failed', 'cancelled'), 'stopped_for', c.reason,
      'held_ms', private.ms(p_at - coalesce(a.started_at, c.started_at)))
      order by coalesce(a.started_at, c.started_at), s.slot_id), '[]')
    from (
      select * from private.slots where account_id = p_account_id and token is not null order by slot_id limit p_limit
    ) s
    left join public.job_attempts a on a.job_id = s.job_id and a.token = s.token
    left join private.cancels c on c.token = s.token
    left join public.jobs j on j.id = s.job_id
    left join auth.users u on u.id = j.user_id);
end
$$;
comment on function private.holders_of(integer, timestamptz, integer) is
  'Who holds the slots of an account, the longest first; up to p_limit, as ops_api.account tells of them.';
revoke execute on function private.holders_of(integer, timestamptz, integer) from public;

create function ops_api.account(p_account_id integer) returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_at timestamptz;
  v_account private.accounts;
begin
  perform private.require_operator();
  select * into v_account from private.accounts where account_id = p_account_id;
  if not found then
    perform private.refuse(404, 'account_not_found', format('There is no account %s.', p_account_id), 'account_id');
  end if;
  v_at := private.now();
  return private.account_line(v_account, v_at)
    || jsonb_build_object('holders', private.holders_of(p_account_id, v_at, 200));
end
$$;
comment on function ops_api.account(integer) is
  'An account as in ops_api.accounts, and holders: who holds its slots, up to 200, the longest first: [{slot_id, '
  'is_retiring, job_id, attempt, tool, status, current_step, user_id, user_email, external_id, is_job_over (its task '
  'may live all the same), stopped_for (why its task is to be stopped), held_ms}]. Errors: 403 not_an_operator, 404 '
  'account_not_found.';
revoke execute on function ops_api.account(integer) from public;
grant execute on function ops_api.account(integer) to authenticated, service_role;
