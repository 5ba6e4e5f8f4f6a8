create table private.grant_limits (
  limit_name text primary key,
  maximum bigint not null,
  constraint grant_limits_are_known check (limit_name in ('credits_a_grant', 'credits_a_day')),
  constraint limits_are_counted check (maximum between 0 and 9007199254740991)
);

alter table private.grant_limits enable row level security;

comment on table private.grant_limits is
  'How many credits an admin may grant over the Data API: credits_a_grant at once, credits_a_day to everybody together '
  'in 24 hours. Set in SQL alone (ops.set_grant_limit), so that whoever has an admin''s session cannot lift them.';

insert into private.grant_limits (limit_name, maximum) values ('credits_a_grant', 100000), ('credits_a_day', 1000000);

create function ops.set_grant_limit(p_limit text, p_maximum bigint) returns void
language plpgsql security definer set search_path = '' as $$
begin
  perform private.require_operator(p_only_admin => true);
  if coalesce(p_maximum not between 0 and 9007199254740991, true) then
    perform private.refuse(422, 'invalid_amount', 'A limit is 0 to 9007199254740991.', 'maximum');
  end if;
  update private.grant_limits set maximum = p_maximum where limit_name = p_limit;
  if not found then
    perform private.refuse(422, 'invalid_input', format('There is no limit %L.', p_limit), 'limit');
  end if;
  perform private.note_act('set_grant_limit', jsonb_build_object('limit', p_limit, 'maximum', p_maximum), '{}', null);
end
$$;
comment on function ops.set_grant_limit(text, bigint) is
  'Sets a limit of private.grant_limits: credits_a_grant or credits_a_day. Errors: 422 invalid_amount, 422 '
  'invalid_input.';
revoke execute on function ops.set_grant_limit(text, bigint) from public;

create function private.grants_left(p_actor uuid) returns jsonb
language plpgsql volatile set search_path = '' as $$
begin
  -- Volatile, so that it sees what was committed before a lock was had; a linter would have it stable.
  -- @plpgsql_check_options: performance_warnings = off
  return (
    select jsonb_object_agg(l.limit_name, case l.limit_name
      when 'credits_a_day' then greatest(0, l.maximum - coalesce((
        select -sum(a.credits) from private.audit a
        where a.actor = p_actor and a.at > (select private.now()) - interval '1 day'
          and a.action = 'grant_credits'), 0))
      else l.maximum end)
    from private.grant_limits l);
end
$$;
comment on function private.grants_left(uuid) is
  'What an admin may grant yet: {credits_a_grant: at once, credits_a_day: what the audit of the last 24 hours leaves}.';
revoke execute on function private.grants_left(uuid) from public;

create function private.check_grant(p_amount bigint) returns void
language plpgsql volatile set search_path = '' as $$
declare
  v_left jsonb := private.grants_left(auth.uid());
begin
  if p_amount > least((v_left ->> 'credits_a_grant')::bigint, (v_left ->> 'credits_a_day')::bigint) then
    perform private.refuse(422, 'invalid_amount', format('You can grant %s credits at once, and %s more today.',
      v_left ->> 'credits_a_grant', v_left ->> 'credits_a_day'), jsonb_build_object('field', 'amount', 'maximum',
      least((v_left ->> 'credits_a_grant')::bigint, (v_left ->> 'credits_a_day')::bigint))::text);
  end if;
end
$$;
comment on function private.check_grant(bigint) is
  'Error 422 invalid_amount when this is more than the caller may grant now; the hint says the most: maximum.';
revoke execute on function private.check_grant(bigint) from public;

create function private.read_grant(p_amount bigint, p_description text, p_reference text) returns void
language plpgsql volatile set search_path = '' as $$
begin
  if p_amount is null or p_amount <= 0 then
    perform private.refuse(422, 'invalid_amount', 'A grant is one credit or more.', 'amount');
  elsif coalesce(btrim(p_description), '') = '' then
    perform private.refuse(422, 'reason_required', 'To grant credits, say why.', 'description');
  elsif coalesce(btrim(p_reference), '') = '' then
    perform private.refuse(422, 'invalid_input',
      'A grant has a reference, so that it is made once: a payment''s id, or one made by chance.', 'reference');
  elsif char_length(p_description) > 500 or char_length(p_reference) > 200 then
    perform private.refuse(422, 'invalid_input', 'A description has up to 500 characters, a reference up to 200.',
      case when char_length(p_description) > 500 then 'description' else 'reference' end);
  end if;
end
$$;
comment on function private.read_grant(bigint, text, text) is
  'Looks at what a grant was asked with. Errors: 422 invalid_amount, 422 invalid_input, 422 reason_required.';
revoke execute on function private.read_grant(bigint, text, text) from public;

create function ops_api.grant_credits(p_user_id uuid, p_amount bigint, p_description text, p_reference text)
returns jsonb
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_is_new boolean;
  v_balance bigint;
begin
  perform private.require_operator(p_only_admin => true);
  perform private.read_grant(p_amount, p_description, p_reference);
  p_reference := btrim(p_reference);
  -- Two grants of one admin at the same moment do not both have what is left of the day; nor of one reference are both
  -- the first.
  perform pg_advisory_xact_lock(hashtextextended('esteira.grants:' || coalesce(auth.uid()::text, ''), 0));
  perform from auth.users where id = p_user_id for key share;
  if not found then perform private.refuse(404, 'user_not_found', 'There is no such user.', 'user_id'); end if;
  insert into public.credit_accounts (user_id) values (p_user_id) on conflict do nothing;
  perform from public.credit_accounts where user_id = p_user_id for update;
  v_is_new := not exists (
    select from public.credit_entries where user_id = p_user_id and reference = p_reference);
  if v_is_new then perform private.check_grant(p_amount); end if;
  v_balance := ops.grant_credits(p_user_id, p_amount, p_description, p_reference);
  perform private.note_act('grant_credits',
    jsonb_build_object('user_id', p_user_id, 'amount', p_amount, 'reference', p_reference),
    '{"matched": 1, "qualified": 1}', p_description, p_qualified => 1, p_credits => -p_amount)
  where v_is_new;
  return jsonb_build_object('user_id', p_user_id, 'amount', p_amount, 'balance', v_balance, 'is_new', v_is_new,
    'left', private.grants_left(auth.uid()));
end
$$;
comment on function ops_api.grant_credits(uuid, bigint, text, text) is
  'Gives a user credits, once for each p_reference (a payment''s id, or one made by chance); p_description: why, which '
  'stands on the statement and in the audit. Returns {user_id, amount, balance, is_new (false: it was granted before, '
  'and nothing was done), left: {credits_a_grant, credits_a_day}}. For admins. Errors: 403 not_an_operator, 404 '
  'user_not_found, 409 idempotency_conflict (the reference has another amount), 422 invalid_amount (the hint has the '
  'most that can be: maximum), 422 invalid_input, 422 reason_required.';
revoke execute on function ops_api.grant_credits(uuid, bigint, text, text) from public;
grant execute on function ops_api.grant_credits(uuid, bigint, text, text) to authenticated, service_role;
