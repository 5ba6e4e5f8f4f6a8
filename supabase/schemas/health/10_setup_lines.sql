-- The lines of ops.setup_check(), by what they look at.

create type private.setup_line as (area text, name text, verdict text, detail text, repair text);
comment on type private.setup_line is 'A line of ops.setup_check(), and what its columns mean stands there.';

create function private.setup_of_database() returns setof private.setup_line
language plpgsql stable set search_path = '' as $$
declare
  v_by text := private.read_only_by();
begin
  return next ('database', 'PostgreSQL', case when current_setting('server_version_num')::integer >= 170000 then 'ok'
    else 'error' end, format('Version %s; 17 or newer is needed.', current_setting('server_version')),
    case when current_setting('server_version_num')::integer < 170000
      then 'Dashboard → Project Settings → Infrastructure: upgrade' end)::private.setup_line;
  return query
    select 'database', 'extension ' || n.name, case when e.extversion is null or private.version_numbers(
        e.extversion || case when e.extversion ~ '^[0-9]+\.[0-9]+$' then '.0' else '' end) < n.least then 'error'
      else 'ok' end,
      case when e.extversion is null then 'It is not there.' else format('Version %s.', e.extversion) end
        || case when n.least is not null then format(' %s or newer is needed.', array_to_string(n.least, '.'))
          else '' end,
      case when e.extversion is null then format('create extension %I', n.name)
        when private.version_numbers(e.extversion) < n.least then format('alter extension %I update', n.name) end
    from (values ('pgmq', '{1,5,1}'::integer[]), ('pg_net', null), ('pg_cron', null), ('pgcrypto', null),
      ('supabase_vault', null)) n (name, least)
    left join pg_catalog.pg_extension e on e.extname = n.name;
  return next ('database', 'schema', 'ok', format('Version %s.', public.esteira_version()), null)::private.setup_line;
  return next ('database', 'writing', case when v_by is null then 'ok' else 'error' end,
    coalesce('Read only by ' || v_by || '.', 'It can be written to.'),
    case when v_by is not null then format('alter database %I set default_transaction_read_only = off',
      current_database()) end)::private.setup_line;
end
$$;
comment on function private.setup_of_database() is 'Version, extensions, schema, and whether it can be written to.';
revoke execute on function private.setup_of_database() from public;

create function private.setup_of_secrets() returns setof private.setup_line
language plpgsql stable set search_path = '' as $$
declare
  v_url text := private.secret('project_url');
  v_key text := private.secret('worker_secret_key');
begin
  return next ('secrets', 'project_url', case when private.is_address(v_url) then 'ok' else 'error' end,
    case when v_url is null then 'It is not set: SQL cannot wake the worker.'
      when not private.is_address(v_url) then 'It is no address.' else v_url end,
    case when not coalesce(private.is_address(v_url), false)
      then 'select ops.set_secret(''project_url'', ''https://<ref>.supabase.co'')' end)::private.setup_line;
  return next ('secrets', 'worker_secret_key', case when v_key like 'sb_secret_%' then 'ok' else 'error' end,
    case when v_key is null then 'It is not set: SQL cannot wake the worker.'
      when v_key like 'sb_publishable_%' then 'It is a publishable key; the worker asks for a secret one.'
      when v_key like 'eyJ%' then 'It is a key of the old kind (a JWT); the functions take sb_secret_… alone.'
      when v_key not like 'sb_secret_%' then 'It does not look like a secret key: those begin with sb_secret_.'
      else 'It is set.' end,
    case when v_key not like 'sb_secret_%' or v_key is null
      then 'select ops.set_secret(''worker_secret_key'', ''<a secret key: Dashboard, API Keys>'')'
      end)::private.setup_line;
  return next ('secrets', 'alert_webhook_url',
    case when private.secret('alert_webhook_url') is null then 'warn' else 'ok' end,
    case when private.secret('alert_webhook_url') is null then 'It is not set: alerts open, and nobody is told of them.'
      else 'Alerts are posted.' end,
    case when private.secret('alert_webhook_url') is null
      then 'select ops.set_secret(''alert_webhook_url'', ''<where alerts are to be posted>'')' end)::private.setup_line;
  return query
    select 'secrets', s.name, case when private.secret(s.name) is null then 'error' else 'ok' end,
      case when private.secret(s.name) is null then format('It is not set: %s of the lanes %s.', s.what, s.lanes)
        else format('It is set: %s of the lanes %s.', s.what, s.lanes) end,
      case when private.secret(s.name) is null then format('select ops.set_secret(%L, ''<the secret>'')', s.name) end
    from (
      select n.name, n.what, string_agg(distinct a.lane, ', ') as lanes from private.accounts a,
      lateral (values (a.secret_name, 'the API key'), (a.webhook_secret_name, 'what webhooks are signed with'))
        n (name, what)
      where a.retired_at is null and n.name is not null
        and exists (select from public.tools t where t.lane = a.lane and t.is_enabled)
      group by n.name, n.what order by n.name) s;
end
$$;
comment on function private.setup_of_secrets() is
  'The secrets in the Vault: those of the installation, and those of accounts whose tools are switched on.';
revoke execute on function private.setup_of_secrets() from public;
