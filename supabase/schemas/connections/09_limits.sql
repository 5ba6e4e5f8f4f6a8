-- How much may be posted, exactly and in a time that does not grow: what goes out is numbered, and number n may go when
-- number n - limit has left the window. Counted by whoever lets it go, in the same transaction, under a lock of its
-- scope: all of a platform, and the account there, however many users have connected it.
--
-- A window moves along, or is a day of the calendar somewhere, from midnight to midnight, however many hours that is.
-- It is the platform's clock that counts, and when each post came there: up to ten seconds sooner or later than here.
-- So a moving window lasts ten seconds longer, and what goes out within ten seconds of midnight belongs to both days.

create table private.commit_counts (
  scope text primary key,
  n bigint not null default 0,
  constraint counts_are_not_negative check (n >= 0)
) with (fillfactor = 50);

alter table private.commit_counts enable row level security;

comment on table private.commit_counts is 'The number of the last post that went out, by scope.';
comment on column private.commit_counts.scope is '<platform>, or <platform>:<external_id>.';

create table private.commits (
  scope text not null,
  n bigint not null,
  committed_at timestamptz not null,
  primary key (scope, n)
);
create index commits_by_time on private.commits (committed_at);

alter table private.commits enable row level security;

comment on table private.commits is 'When each post went out, by scope, for as long as a window may be.';

create function private.midnight_before(p_zone text, p_at timestamptz) returns timestamptz
language sql immutable set search_path = '' as $$
  select date_trunc('day', p_at at time zone p_zone) at time zone p_zone
$$;
comment on function private.midnight_before(text, timestamptz) is
  'When the day began that it is at p_at in a time zone. Where clocks skip midnight, it begins with what they show '
  'next; where they show it twice, with the second time.';
revoke execute on function private.midnight_before(text, timestamptz) from public;

create function private.midnight_after(p_zone text, p_at timestamptz) returns timestamptz
language sql immutable set search_path = '' as $$
  select (date_trunc('day', p_at at time zone p_zone) + interval '1 day') at time zone p_zone
$$;
comment on function private.midnight_after(text, timestamptz) is
  'When the day ends that it is at p_at in a time zone.';
revoke execute on function private.midnight_after(text, timestamptz) from public;

create function private.leaves_window(p_committed_at timestamptz, p_window interval, p_zone text) returns timestamptz
language sql immutable set search_path = '' as $$
  select interval '10 seconds' + case when p_zone is null then p_committed_at + p_window
    else private.midnight_after(p_zone, p_committed_at + interval '10 seconds') end
$$;
comment on function private.leaves_window(timestamptz, interval, text) is
  'From when on a post does not count any more, by whatever clock the platform has: when p_window is over, or the day '
  'of p_zone.';
revoke execute on function private.leaves_window(timestamptz, interval, text) from public;

create function private.counts_since(p_window interval, p_zone text, p_at timestamptz) returns timestamptz
language sql immutable set search_path = '' as $$
  select case when p_zone is null then p_at - p_window
    else private.midnight_before(p_zone, p_at) - interval '1 microsecond' end
$$;
comment on function private.counts_since(interval, text, timestamptz) is
  'Whatever went out after this time counts at p_at: within p_window, or on the same day of p_zone.';
revoke execute on function private.counts_since(interval, text, timestamptz) from public;

create function private.open_at(
  p_scope text, p_n bigint, p_limit integer, p_window interval, p_zone text, p_at timestamptz
) returns timestamptz
language plpgsql volatile set search_path = '' as $$
begin
  -- Volatile, so that it sees what was committed before a lock was had; a linter would have it stable.
  -- @plpgsql_check_options: performance_warnings = off
  return (
    select f.at from private.commits c, private.leaves_window(c.committed_at, p_window, p_zone) f (at)
    where c.scope = p_scope and c.n = p_n - p_limit and f.at > p_at);
end
$$;
comment on function private.open_at(text, bigint, integer, interval, text, timestamptz) is
  'From when on number p_n may go out, where p_limit may in any p_window, or day of p_zone. Null: at once, at p_at.';
revoke execute on function private.open_at(text, bigint, integer, interval, text, timestamptz) from public;

create function private.account_limit(
  p_connection public.connections, p_at timestamptz, out most integer, out span interval, out zone text,
  out until timestamptz
) language plpgsql stable set search_path = '' as $$
begin
  select p.connection_post_limit, p.connection_post_window, p.connection_post_zone into most, span, zone
  from private.platforms p where p.platform = p_connection.platform;
  if p_connection.limits is null then return; end if;
  -- What the platform says counts, and what others have posted there is no longer there for us, until it is looked at
  -- again or has left the window.
  span := make_interval(secs => (p_connection.limits ->> 'windowSeconds')::numeric::double precision);
  zone := case when span = '1 day' then zone end;
  most := (p_connection.limits ->> 'total')::integer;
  if p_connection.checked_at > private.counts_since(span, zone, p_at) then
    most := most - coalesce((p_connection.limits ->> 'foreign')::integer, 0);
  end if;
  if most <= 0 then
    until := greatest(coalesce((p_connection.limits ->> 'resetsAt')::timestamptz, p_connection.checked_at + span / 24),
      p_at + interval '1 minute');
  end if;
end
$$;
comment on function private.account_limit(public.connections, timestamptz) is
  'How much may be posted to a connection''s account in any span, or day of zone: most (null: any number); until: '
  'there is nothing left before this time, as the platform has said.';
revoke execute on function private.account_limit(public.connections, timestamptz) from public;

create function private.lock_count(p_scope text) returns bigint
language plpgsql volatile set search_path = '' as $$
declare
  v_n bigint;
begin
  insert into private.commit_counts (scope) values (p_scope) on conflict (scope) do nothing;
  select n into strict v_n from private.commit_counts where scope = p_scope for update;
  return v_n;
end
$$;
comment on function private.lock_count(text) is 'Locks a scope, and returns the number of the last post.';
revoke execute on function private.lock_count(text) from public;

create function private.pass_limits(p_connection_id uuid, p_at timestamptz) returns timestamptz
language plpgsql volatile set search_path = '' as $$
declare
  v_connection public.connections;
  v_platform private.platforms;
  v_scopes text[];
  v_n bigint[];
  v_account record;
  v_until timestamptz;
begin
  select * into strict v_connection from public.connections where id = p_connection_id;
  select * into strict v_platform from private.platforms where platform = v_connection.platform;
  v_scopes := array[v_connection.platform, v_connection.platform || ':' || v_connection.external_id];
  v_n := array[private.lock_count(v_scopes[1]) + 1, private.lock_count(v_scopes[2]) + 1];
  v_account := private.account_limit(v_connection, p_at);

  v_until := private.open_at(v_scopes[1], v_n[1], v_platform.post_limit, v_platform.post_window,
    v_platform.post_zone, p_at);
  if v_until is not null then
    perform private.hold_platform(v_connection.platform, v_until, 'posting_limit: all that the app may post');
    return v_until;
  end if;
  v_until := coalesce(v_account.until,
    private.open_at(v_scopes[2], v_n[2], v_account.most, v_account.span, v_account.zone, p_at));
  if v_until is not null then
    perform private.hold_connection(p_connection_id, 'limited', v_until, 'posting_limit',
      'As much has been posted as this account may post for now.');
    return v_until;
  end if;
  update private.commit_counts c set n = s.n from unnest(v_scopes, v_n) s (scope, n) where c.scope = s.scope;
  -- Never before the last one: whoever has waited for a lock brings an older time.
  insert into private.commits (scope, n, committed_at)
  select s.scope, s.n, greatest(p_at, (
    select c.committed_at from private.commits c where c.scope = s.scope and c.n = s.n - 1))
  from unnest(v_scopes, v_n) s (scope, n);
  return null;
end
$$;
comment on function private.pass_limits(uuid, timestamptz) is
  'Lets one post of a connection go out at p_at, counted, or not yet: then nothing is counted, the connection or its '
  'platform is held, and it returns until when. Null: it may. Its scopes stay locked until the transaction ends.';
revoke execute on function private.pass_limits(uuid, timestamptz) from public;

create function private.posted_since(p_scope text, p_since timestamptz, out used bigint, out first_at timestamptz)
language plpgsql stable set search_path = '' as $$
declare
  v_last bigint := (select n from private.commit_counts where scope = p_scope);
  v_low bigint := (select min(n) from private.commits where scope = p_scope);
  v_high bigint := v_last;
  v_middle bigint;
begin
  -- The first of them, by halves: numbers and times rise together.
  used := 0;
  if v_low is null then return; end if;
  while v_low <= v_high loop
    v_middle := (v_low + v_high) / 2;
    if (select committed_at from private.commits where scope = p_scope and n = v_middle) > p_since then
      v_high := v_middle - 1;
    else v_low := v_middle + 1;
    end if;
  end loop;
  used := v_last - v_low + 1;
  first_at := (select committed_at from private.commits where scope = p_scope and n = v_low);
end
$$;
comment on function private.posted_since(text, timestamptz) is
  'How many posts went out in a scope after p_since, and when the first of them did.';
revoke execute on function private.posted_since(text, timestamptz) from public;

create function private.posting_limit(p_connection public.connections, p_at timestamptz) returns jsonb
language plpgsql stable set search_path = '' as $$
declare
  v_account record := private.account_limit(p_connection, p_at);
  v_total integer := coalesce((p_connection.limits ->> 'total')::integer, v_account.most);
  v_posted record;
begin
  if v_account.most is null then return null; end if;
  v_posted := private.posted_since(p_connection.platform || ':' || p_connection.external_id,
    private.counts_since(v_account.span, v_account.zone, p_at));
  return jsonb_build_object(
    'used', greatest(v_posted.used + v_total - v_account.most, 0), 'total', v_total,
    'windowSeconds', extract(epoch from v_account.span)::bigint,
    'resetsAt', coalesce(v_account.until, case when v_account.zone is null then v_posted.first_at + v_account.span
      else private.midnight_after(v_account.zone, p_at) end),
    'source', case when p_connection.limits is null then 'ours' else 'platform' end);
end
$$;
comment on function private.posting_limit(public.connections, timestamptz) is
  'What may still be posted with a connection: {used, total, windowSeconds, resetsAt, source} '
  '(shared/rows/connection.ts). Null: any number, as far as anybody says.';
revoke execute on function private.posting_limit(public.connections, timestamptz) from public;
