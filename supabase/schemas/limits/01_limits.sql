-- Limits: how much of everything one user may have.
--
-- A limit is a row that is shipped and that an operator changes; ops.install() never overwrites that. Those of a lane
-- (waiting, active, refunds) are columns of private.lanes; those that no lane knows are here, each with a number for
-- everybody and, where an operator says so, one for a single user. Null: any number.
--
-- Who comes up against one is refused with 429 or 413, and told the limit and, where it is known, from when on it will
-- not be in the way: {limit, retryAt}. What is refused has written and charged nothing.
--
-- Exact, because whatever is counted is counted under a lock of its user's: lock_creates, or for projects their own.

create table private.limits (
  limit_name text primary key,
  maximum bigint,
  constraint limits_are_known
    check (limit_name in ('creates_a_minute', 'creates_a_minute_by_server', 'stored_bytes', 'projects')),
  -- Up to 2^53 - 1: as far as JSON counts without a gap.
  constraint limits_are_counted check (maximum between 0 and 9007199254740991)
);

alter table private.limits enable row level security;

comment on table private.limits is
  'How much each user may have: creates_a_minute (new jobs that the user asks for), creates_a_minute_by_server (that '
  'servers ask for), stored_bytes (of the outputs of all jobs), projects.';
comment on column private.limits.maximum is 'For everybody who has no limit of their own. Null: any number.';

create table private.limits_of_users (
  user_id uuid not null references auth.users (id) on delete cascade,
  limit_name text not null references private.limits (limit_name) on update cascade on delete cascade,
  maximum bigint not null,
  primary key (user_id, limit_name),
  constraint limits_are_counted check (maximum between 0 and 9007199254740991)
);
create index limits_of_users_by_name on private.limits_of_users (limit_name);

alter table private.limits_of_users enable row level security;

comment on table private.limits_of_users is 'Limits that an operator has given to single users.';

create function private.limit_of(p_limit text, p_user_id uuid) returns bigint
language plpgsql stable set search_path = '' as $$
begin
  return coalesce(
    (select maximum from private.limits_of_users where user_id = p_user_id and limit_name = p_limit),
    (select maximum from private.limits where limit_name = p_limit));
end
$$;
comment on function private.limit_of(text, uuid) is 'The limit of that name that holds for a user; null: any number.';
revoke execute on function private.limit_of(text, uuid) from public;

create function private.refuse_limit(
  p_http integer, p_code text, p_message text, p_limit bigint, p_retry_at timestamptz default null,
  p_more jsonb default '{}'
) returns void
language plpgsql volatile set search_path = '' as $$
begin
  perform private.refuse(p_http, p_code, p_message, (jsonb_strip_nulls(jsonb_build_object('limit', p_limit,
    'retryAt', to_char(p_retry_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'))) || p_more)::text);
end
$$;
comment on function private.refuse_limit(integer, text, text, bigint, timestamptz, jsonb) is
  'Raises what somebody is told who comes up against a limit: {limit, retryAt?, …p_more}. p_retry_at: from when on it '
  'will not be in the way, if nothing else is; null: that depends on more than time.';
revoke execute on function private.refuse_limit(integer, text, text, bigint, timestamptz, jsonb) from public;
