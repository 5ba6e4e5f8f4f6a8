create function ops.set_operator(p_user_id uuid, p_role text, p_reason text default null) returns text
language plpgsql security definer set search_path = '' as $$
declare
  v_was text;
begin
  perform private.require_operator(p_only_admin => true);
  if p_role not in ('admin', 'support') then
    perform private.refuse(422, 'invalid_input', 'An operator is admin or support; null: none any more.', 'role');
  end if;
  if p_user_id = auth.uid() then
    perform private.refuse(409, 'own_role', 'Nobody changes a role of their own: ask another admin.', 'user_id');
  end if;
  select raw_app_meta_data ->> 'role' into v_was from auth.users where id = p_user_id for no key update;
  if not found then perform private.refuse(404, 'user_not_found', 'There is no such user.', 'user_id'); end if;
  if v_was is not distinct from p_role then return v_was; end if;
  update auth.users set raw_app_meta_data = case when p_role is null then raw_app_meta_data - 'role'
    else coalesce(raw_app_meta_data, '{}') || jsonb_build_object('role', p_role) end
  where id = p_user_id;
  perform private.note_act('set_operator', jsonb_build_object('user_id', p_user_id, 'role', p_role),
    jsonb_build_object('was', v_was), p_reason, p_qualified => 1);
  return v_was;
end
$$;
comment on function ops.set_operator(uuid, text, text) is
  'Makes a user an operator, p_role admin or support, or none any more (null), at once; what their token says follows '
  'when it is renewed. Leaves a row in the audit. Returns what they were. For admins. Errors: 404 user_not_found, 409 '
  'own_role, 422 invalid_input.';
revoke execute on function ops.set_operator(uuid, text, text) from public;
grant execute on function ops.set_operator(uuid, text, text) to service_role;

create table private.support_limits (
  limit_name text primary key,
  maximum bigint not null,
  constraint support_limits_are_known
    check (limit_name in ('retries_a_day', 'refunds_a_day', 'refunded_credits_a_day')),
  constraint limits_are_counted check (maximum >= 0)
);

alter table private.support_limits enable row level security;

comment on table private.support_limits is
  'How much each of support may do in 24 hours: retries_a_day and refunds_a_day (jobs), refunded_credits_a_day.';

insert into private.support_limits (limit_name, maximum)
values ('retries_a_day', 50), ('refunds_a_day', 20), ('refunded_credits_a_day', 1000);

create function ops.set_support_limit(p_limit text, p_maximum bigint) returns void
language plpgsql security definer set search_path = '' as $$
begin
  perform private.require_operator(p_only_admin => true);
  if p_maximum is null or p_maximum < 0 then
    perform private.refuse(422, 'invalid_amount', 'A limit is zero or more.', 'maximum');
  end if;
  update private.support_limits set maximum = p_maximum where limit_name = p_limit;
  if not found then
    perform private.refuse(422, 'invalid_input', format('There is no limit %L.', p_limit), 'limit');
  end if;
  perform private.note_act('set_support_limit', jsonb_build_object('limit', p_limit, 'maximum', p_maximum), '{}', null);
end
$$;
comment on function ops.set_support_limit(text, bigint) is
  'Sets a limit of private.support_limits. For admins. Errors: 422 invalid_amount, 422 invalid_input.';
revoke execute on function ops.set_support_limit(text, bigint) from public;

create function private.support_left(p_actor uuid) returns jsonb
language plpgsql volatile set search_path = '' as $$
begin
  -- Volatile, so that it sees what was committed before a lock was had; a linter would have it stable.
  -- @plpgsql_check_options: performance_warnings = off
  return (
    select jsonb_object_agg(l.limit_name, greatest(0, l.maximum - case l.limit_name
      when 'retries_a_day' then used.retries when 'refunds_a_day' then used.refunds else used.credits end))
    from private.support_limits l, (
      select coalesce(sum(qualified) filter (where action = 'retry'), 0) as retries,
        coalesce(sum(qualified) filter (where action = 'refund'), 0) as refunds,
        coalesce(-sum(credits) filter (where action = 'refund'), 0) as credits
      from private.audit where actor = p_actor and at > (select private.now()) - interval '1 day') used);
end
$$;
comment on function private.support_left(uuid) is
  'What one of support may do yet, by what the audit has of the last 24 hours: {retries_a_day, refunds_a_day, '
  'refunded_credits_a_day}.';
revoke execute on function private.support_left(uuid) from public;

create function private.check_support(p_action text, p_qualified bigint, p_credits bigint) returns void
language plpgsql volatile set search_path = '' as $$
declare
  v_left jsonb;
begin
  -- Two acts of one person at the same moment do not both have what is left.
  perform pg_advisory_xact_lock(hashtextextended('esteira.support:' || auth.uid(), 0));
  v_left := private.support_left(auth.uid());
  if p_qualified > (v_left ->> case p_action when 'retry' then 'retries_a_day' else 'refunds_a_day' end)::bigint
     or (p_action = 'refund' and -p_credits > (v_left ->> 'refunded_credits_a_day')::bigint) then
    perform private.refuse(429, 'support_limit', 'This is more than support may do in a day: ask an admin.',
      jsonb_build_object('left', v_left)::text);
  end if;
end
$$;
comment on function private.check_support(text, bigint, bigint) is
  'Error 429 support_limit when this is more than the caller may still do today; the hint says what is left.';
revoke execute on function private.check_support(text, bigint, bigint) from public;
