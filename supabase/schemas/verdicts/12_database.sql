create function private.held_snapshots(p_at timestamptz)
returns table (kind text, name text, since timestamptz, bytes numeric, repair_sql text)
language plpgsql stable set search_path = '' as $$
begin
  -- Since when a session has been in its transaction only its own times say: they are not of the clock that tests
  -- freeze.
  return query
    select 'transaction',
      format('%s of %s (pid %s)', coalesce(nullif(a.application_name, ''), 'a session'), a.usename, a.pid),
      a.xact_start, null::numeric, format('select pg_terminate_backend(%s)', a.pid)
    from pg_catalog.pg_stat_activity a
    where a.datname = current_database() and a.backend_xmin is not null and a.pid <> pg_backend_pid()
      and a.backend_type in ('client backend', 'walsender')
      and a.xact_start < p_at - interval '15 minutes'
    union all
    select 'prepared transaction', x.gid, x.prepared, null, format('rollback prepared %L', x.gid)
    from pg_catalog.pg_prepared_xacts x
    where x.database = current_database() and x.prepared < p_at - interval '15 minutes'
    union all
    select 'replication slot', s.slot_name::text, null, k.bytes,
      format('select pg_drop_replication_slot(%L)', s.slot_name)
    from pg_catalog.pg_replication_slots s, lateral (select case when not pg_is_in_recovery() then
      pg_wal_lsn_diff(pg_current_wal_lsn(), s.restart_lsn) end) k (bytes)
    where not s.active and k.bytes > 1073741824
    order by 3 limit 10;
end
$$;
comment on function private.held_snapshots(timestamptz) is
  'What keeps old rows from being cleaned away: transactions that have been open for a quarter of an hour, and '
  'slots of '
  'replication that nobody reads and that hold back more than 1 GiB. Ten at most, the oldest first; a slot tells '
  'no time.';
revoke execute on function private.held_snapshots(timestamptz) from public;

create function private.read_only_by() returns text
language plpgsql stable set search_path = '' as $$
begin
  -- What a session has set for itself says nothing of the sessions of others.
  return coalesce(
    (select 'the settings of ' || case when r.setdatabase = 0 then 'a role' else 'the database' end
     from pg_catalog.pg_db_role_setting r
     where r.setdatabase in (0, (select oid from pg_catalog.pg_database where datname = current_database()))
       and r.setrole in (0, (select oid from pg_catalog.pg_roles where rolname = 'postgres'))
       and exists (
         select from unnest(r.setconfig) s where s ~* '^default_transaction_read_only=(on|true|yes|1)$') limit 1),
    (select 'the server''s ' || s.source from pg_catalog.pg_settings s
     where s.name = 'default_transaction_read_only' and s.setting = 'on'
       and s.source in ('configuration file', 'command line', 'environment variable', 'global')));
end
$$;
comment on function private.read_only_by() is
  'By what sessions of this database only read unless they ask for more; null: they write.';
revoke execute on function private.read_only_by() from public;

create function private.findings_of_database(p_at timestamptz) returns setof private.finding
language plpgsql stable set search_path = '' as $$
declare
  v_by text := private.read_only_by();
begin
  if v_by is not null then
    return next private.finding('database_read_only', format('Nothing can be written: read only by %s.', v_by),
      jsonb_build_object('by', v_by, 'bytes', pg_database_size(current_database())),
      p_repair_sql => format('alter database %I set default_transaction_read_only = off', current_database()));
  else
    return next private.not_so('database_read_only', 'The database can be written to.');
  end if;
  return query
    select f.* from private.held_snapshots(p_at) h, lateral private.finding('replication_or_snapshot_held',
      case when h.since is null then format('The replication slot %s is read by nobody and holds back %s of the log.',
        h.name, pg_size_pretty(h.bytes))
      else format('A %s has been open for %s minutes: %s.', h.kind,
        floor(extract(epoch from p_at - h.since) / 60), h.name) end,
      jsonb_build_object('kind', h.kind, 'name', h.name, 'bytes', h.bytes), p_since => h.since, p_subject => h.name,
      p_repair_sql => h.repair_sql) f;
  if not found then
    return next private.not_so('replication_or_snapshot_held', 'No snapshot is older than a quarter of an hour.');
  end if;
end
$$;
comment on function private.findings_of_database(timestamptz) is
  'Whether the database can be written to, and cleans up behind itself.';
revoke execute on function private.findings_of_database(timestamptz) from public;
