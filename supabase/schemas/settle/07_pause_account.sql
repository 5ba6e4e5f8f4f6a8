create function private.pause_account(p_account_id integer, p_for interval, p_reason text) returns void
language plpgsql set search_path = '' as $$
begin
  -- An account that is just being changed is left alone: the next failure on it pauses it. Waiting here for an
  -- account while holding a job would break the lock order.
  -- A pause is never made shorter, and keeps the reason of whoever made it longer.
  update private.accounts set paused_until = private.now() + p_for, pause_reason = p_reason
  where account_id = (
    select account_id from private.accounts
    where account_id = p_account_id and coalesce(paused_until < private.now() + p_for, true)
    for update skip locked);
end
$$;
comment on function private.pause_account(integer, interval, text) is
  'Gives an account no further jobs for p_for; the reason is shown to operators.';
revoke execute on function private.pause_account(integer, interval, text) from public;
