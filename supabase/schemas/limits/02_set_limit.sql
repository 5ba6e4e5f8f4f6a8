create function ops.set_limit(p_limit text, p_maximum bigint, p_user_id uuid default null) returns void
language plpgsql security definer set search_path = '' as $$
begin
  if p_maximum not between 0 and 9007199254740991 then
    perform private.refuse(422, 'invalid_amount', 'A limit is 0 to 9007199254740991.', 'maximum');
  end if;
  if not exists (select from private.limits where limit_name = p_limit) then
    perform private.refuse(422, 'invalid_input', format('There is no limit %L.', p_limit), jsonb_build_object(
      'field', 'limit', 'allowed', (select jsonb_agg(limit_name order by limit_name) from private.limits))::text);
  end if;
  if p_user_id is null then
    update private.limits set maximum = p_maximum where limit_name = p_limit;
  elsif p_maximum is null then
    delete from private.limits_of_users where user_id = p_user_id and limit_name = p_limit;
  else
    insert into private.limits_of_users (user_id, limit_name, maximum) values (p_user_id, p_limit, p_maximum)
    on conflict (user_id, limit_name) do update set maximum = excluded.maximum;
  end if;
end
$$;
comment on function ops.set_limit(text, bigint, uuid) is
  'Sets a limit of private.limits, for everybody or for one user. p_maximum null: for everybody, any number; for a '
  'user, that of everybody again. What is there beyond a new limit stays. Errors: 422 invalid_amount, 422 '
  'invalid_input for a limit that there is not, 23503 for an unknown user.';
revoke execute on function ops.set_limit(text, bigint, uuid) from public;
grant execute on function ops.set_limit(text, bigint, uuid) to service_role;
