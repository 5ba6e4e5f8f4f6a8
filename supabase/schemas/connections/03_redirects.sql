-- Where a browser may be sent when somebody has signed in at a platform. It carries no token there, but the name of a
-- choice; and whoever could have it sent anywhere would have a page that is trusted begin their fraud.

create table private.connection_redirects (
  url text primary key,
  constraint redirects_are_https_or_at_home check (
    url ~ ('^(https://[a-z0-9.-]+(:[0-9]{1,5})?|http://(localhost|127\.0\.0\.1|\[::1\])(:[0-9]{1,5})?)'
      '/[A-Za-z0-9/._~!$&''()+,;=:@%-]*\*?$'))
);

alter table private.connection_redirects enable row level security;

comment on table private.connection_redirects is
  'Addresses that a browser may be sent to after signing in at a platform: without query; one that ends in * stands '
  'for all that begin so.';

create function ops.allow_redirect(p_url text) returns void
language plpgsql security definer set search_path = '' as $$
begin
  insert into private.connection_redirects (url) values (private.trimmed(p_url)) on conflict do nothing;
exception when check_violation then
  perform private.refuse(422, 'invalid_input', 'An address is https://<host>/<path>, without query, or http:// at '
    'localhost; one that ends in * stands for all that begin so.', 'url');
end
$$;
comment on function ops.allow_redirect(text) is
  'Lets a browser be sent to an address of your app after signing in at a platform: https://app.example/connections, '
  'or https://app.example/* for all of it. Error: 422 invalid_input.';
revoke execute on function ops.allow_redirect(text) from public;

create function ops.disallow_redirect(p_url text) returns boolean
language plpgsql security definer set search_path = '' as $$
begin
  delete from private.connection_redirects where url = private.trimmed(p_url);
  return found;
end
$$;
comment on function ops.disallow_redirect(text) is
  'Takes back what ops.allow_redirect has allowed. False: it was not allowed.';
revoke execute on function ops.disallow_redirect(text) from public;

create function private.may_redirect(p_url text) returns boolean
language plpgsql stable set search_path = '' as $$
declare
  v_place text := split_part(split_part(p_url, '#', 1), '?', 1);
begin
  -- What could be read in two ways is refused: a name before the host, a way up, a backslash.
  return v_place ~ '^https?://[^/@\\]+/[^\\]*$' and v_place !~ '(/\.\.?(/|$)|%2[eEfF]|%5[cC]|[[:space:][:cntrl:]])'
    and exists (
      select from private.connection_redirects r
      where r.url = v_place or r.url like '%*' and starts_with(v_place, left(r.url, -1)));
end
$$;
comment on function private.may_redirect(text) is
  'Whether a browser may be sent there: p_url as a browser writes it, with its host in lower case.';
revoke execute on function private.may_redirect(text) from public;
