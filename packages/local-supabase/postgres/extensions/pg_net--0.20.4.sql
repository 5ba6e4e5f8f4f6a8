-- The interface of pg_net 0.20.4: requests are queued in a table and performed after commit, here by the local stack
-- (background/ of local-supabase) instead of a background worker. Source: github.com/supabase/pg_net.

create schema net;

create domain net.http_method as text check (lower(value) in ('get', 'post', 'delete'));

-- Both tables are unlogged, as in the original: a crash of the server empties them.
create unlogged table net.http_request_queue (
  id bigserial,
  method net.http_method not null,
  url text not null,
  headers jsonb,
  body bytea,
  timeout_milliseconds integer not null
);

create unlogged table net._http_response (
  id bigint,
  status_code integer,
  content_type text,
  headers jsonb,
  content text,
  timed_out boolean,
  error_msg text,
  created timestamptz not null default now()
);
create index on net._http_response (created);

create type net.request_status as enum ('PENDING', 'SUCCESS', 'ERROR');
create type net.http_response as (status_code integer, headers jsonb, body text);
create type net.http_response_result as (status net.request_status, message text, response net.http_response);

-- The worker ------------------------------------------------------------------------------------------------------

-- A notification is sent at commit, which is why nothing leaves before.
create function net.wake() returns void language sql as $$
  select pg_catalog.pg_notify('pg_net_wake', '')
$$;
comment on function net.wake() is 'Tells the worker that requests are waiting';

-- Security definer, because only a monitoring role sees the other sessions' application names.
create function net._worker_is_up() returns boolean
language plpgsql security definer set search_path = '' as $$
begin
  perform pg_catalog.pg_stat_clear_snapshot();
  return exists (select from pg_catalog.pg_stat_activity where application_name = 'pg_net worker');
end
$$;

create function net.check_worker_is_up() returns void language plpgsql as $$
begin
  if not net._worker_is_up() then
    raise exception 'the pg_net background worker is not up'
      using detail = 'the pg_net background worker is down due to an internal error and cannot process requests',
            hint = 'make sure that you didn''t modify any of pg_net internal tables';
  end if;
end
$$;
comment on function net.check_worker_is_up() is 'Raises an exception unless the worker is up';

create function net.wait_until_running() returns void language plpgsql as $$
begin
  while not net._worker_is_up() loop
    perform pg_catalog.pg_sleep(0.05);
  end loop;
end
$$;
comment on function net.wait_until_running() is 'Waits until the worker is running';

create function net.worker_restart() returns boolean language sql as $$
  select net.wake();
  select true
$$;

-- Requests --------------------------------------------------------------------------------------------------------

create function net._urlencode_string(string varchar) returns text language sql immutable strict as $$
  select coalesce(string_agg(
    case
      when letter ~ '^[A-Za-z0-9._~-]$' then letter
      else upper(regexp_replace(encode(convert_to(letter, 'UTF8'), 'hex'), '(..)', '%\1', 'g'))
    end, '' order by position), '')
  from regexp_split_to_table(string, '') with ordinality as letters (letter, position)
$$;

-- Like curl's URL functions: an empty path becomes "/", parameters go before the fragment. They raise where those do,
-- and with their words: the original is called by triggers and by whoever commits, so what raises here raises there.
create function net._check_url(url text) returns void language plpgsql immutable as $$
declare
  parts text[] := regexp_match(url, '^([a-z][a-z0-9+.-]*)://(?:[^/?#@]*@)?([^/?#]*)', 'i');
  port text := substring(parts[2] from ':([^:\]]*)$');
begin
  -- A space, a newline at the end, any control character: curl takes none of them.
  if url ~ '[\u0001-\u0020\u007f]' then raise exception 'Malformed input to a URL function'; end if;
  if parts is null then raise exception 'Bad scheme'; end if;
  if lower(parts[1]) not in ('http', 'https') then raise exception 'Unsupported URL scheme'; end if;
  if regexp_replace(parts[2], ':[^:\]]*$', '') = '' then raise exception 'No host part in the URL'; end if;
  if port !~ '^[0-9]{0,5}$' or nullif(port, '')::integer > 65535 then
    raise exception 'Port number was not a decimal number between 0 and 65535';
  end if;
end
$$;

create function net._encode_url_with_params_array(url text, params_array text[]) returns text
language plpgsql immutable strict as $$
declare
  parts text[] := regexp_match(url, '^(https?://[^/?#]+)([^?#]*)(\?[^#]*)?(#.*)?$', 'i');
begin
  perform net._check_url(url);
  return parts[1]
    || case parts[2] when '' then '/' else parts[2] end
    || coalesce('?' || nullif(array_to_string(
         nullif(substr(parts[3], 2), '') || params_array, '&'), ''), '')
    || coalesce(parts[4], '');
end
$$;

create function net._params_array(params jsonb) returns text[] language sql immutable as $$
  select coalesce(array_agg(net._urlencode_string(key) || '=' || net._urlencode_string(value)), '{}')
  from jsonb_each_text(params)
$$;

create function net.http_get(
  url text, params jsonb default '{}', headers jsonb default '{}', timeout_milliseconds integer default 5000
) returns bigint language plpgsql as $$
declare
  request_id bigint;
begin
  insert into net.http_request_queue (method, url, headers, timeout_milliseconds)
  values ('GET', net._encode_url_with_params_array(url, net._params_array(params)), headers, timeout_milliseconds)
  returning id into request_id;
  perform net.wake();
  return request_id;
end
$$;

create function net.http_post(
  url text, body jsonb default '{}', params jsonb default '{}',
  headers jsonb default '{"Content-Type": "application/json"}', timeout_milliseconds integer default 5000
) returns bigint language plpgsql as $$
declare
  request_id bigint;
  content_type text := (
    select value from jsonb_each_text(coalesce(headers, '{}')) where lower(key) = 'content-type' limit 1);
begin
  if content_type is null then
    headers := headers || '{"Content-Type": "application/json"}';
  elsif content_type <> 'application/json' then
    raise exception 'Content-Type header must be "application/json"';
  end if;
  insert into net.http_request_queue (method, url, headers, body, timeout_milliseconds)
  values ('POST', net._encode_url_with_params_array(url, net._params_array(params)), headers,
          convert_to(body::text, 'UTF8'), timeout_milliseconds)
  returning id into request_id;
  perform net.wake();
  return request_id;
end
$$;

create function net.http_delete(
  url text, params jsonb default '{}', headers jsonb default '{}', timeout_milliseconds integer default 5000,
  body jsonb default null
) returns bigint language plpgsql as $$
declare
  request_id bigint;
begin
  insert into net.http_request_queue (method, url, headers, body, timeout_milliseconds)
  values ('DELETE', net._encode_url_with_params_array(url, net._params_array(params)), headers,
          convert_to(body::text, 'UTF8'), timeout_milliseconds)
  returning id into request_id;
  perform net.wake();
  return request_id;
end
$$;

-- Responses -------------------------------------------------------------------------------------------------------

create function net._await_response(request_id bigint) returns boolean language plpgsql as $$
begin
  while not exists (select from net._http_response where id = request_id) loop
    perform pg_catalog.pg_sleep(0.05);
  end loop;
  return true;
end
$$;

create function net._http_collect_response(request_id bigint, async boolean default true)
returns net.http_response_result language plpgsql as $$
declare
  response net._http_response;
begin
  if not async then
    perform net._await_response(request_id);
  end if;
  select * into response from net._http_response where id = request_id;
  if response.id is null or response.error_msg is not null then
    return ('ERROR', coalesce(response.error_msg, 'request matching request_id not found'), null
           )::net.http_response_result;
  end if;
  return ('SUCCESS', 'ok', (response.status_code, response.headers, response.content)::net.http_response
         )::net.http_response_result;
end
$$;

create function net.http_collect_response(request_id bigint, async boolean default true)
returns net.http_response_result language plpgsql as $$
begin
  raise notice 'The net.http_collect_response function is deprecated.';
  return net._http_collect_response(request_id, async);
end
$$;

-- Any role may queue requests, as on hosted projects; execute belongs to PUBLIC by default.
grant usage on schema net to public;
grant all on all tables in schema net to public;
grant all on all sequences in schema net to public;
