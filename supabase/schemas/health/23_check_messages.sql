create function private.slot_of_realtime() returns jsonb
language plpgsql stable set search_path = '' as $$
begin
  return (
    select to_jsonb(s) from (
      select slot_name, active, wal_status,
        pg_catalog.pg_wal_lsn_diff(pg_catalog.pg_current_wal_lsn(), confirmed_flush_lsn)::bigint as behind_bytes
      from pg_catalog.pg_replication_slots where slot_name ~ '^supabase_realtime_messages_'
      order by active desc limit 1) s);
end
$$;
comment on function private.slot_of_realtime() is
  'The replication slot by which Realtime reads what is broadcast: {slot_name, active, wal_status, behind_bytes}; '
  'null: there is none, because no client is connected.';
revoke execute on function private.slot_of_realtime() from public;

create function private.check_listeners() returns setof private.checkup
language plpgsql stable set search_path = '' as $$
declare
  v_slot jsonb := private.slot_of_realtime();
  v_is_published boolean := exists (
    select from pg_catalog.pg_publication_tables
    where pubname = 'supabase_realtime_messages_publication' and schemaname = 'realtime');
  v_tables text[] := array(
    select format('%I.%I', schemaname, tablename) from pg_catalog.pg_publication_tables
    where pubname = 'supabase_realtime' order by 1);
begin
  return next private.checkup('listeners', case when v_slot is null then 'info'
      when v_slot ->> 'wal_status' in ('lost', 'unreserved') then 'error'
      when not (v_slot ->> 'active')::boolean or (v_slot ->> 'behind_bytes')::bigint > 64000000 then 'warn'
      else 'ok' end,
    coalesce(v_slot ->> 'slot_name', 'pg_replication_slots'), case when v_slot is null
      then 'Realtime does not read just now: no client is connected. It begins when one connects.'
      when v_slot ->> 'wal_status' in ('lost', 'unreserved') then
        'Realtime has lost its place in the log: restart Realtime in the dashboard (Settings, General).'
      when not (v_slot ->> 'active')::boolean then 'Realtime has stopped reading; it begins anew as clients reconnect.'
      else format('Realtime reads, and is %s bytes behind.', v_slot ->> 'behind_bytes') end, '002:31-45', v_slot);
  return next private.checkup('messages publication',
    case when v_slot is not null and not v_is_published then 'error' when v_is_published then 'ok' else 'info' end,
    'supabase_realtime_messages_publication', case
      when v_is_published then 'realtime.messages is in the publication that Realtime reads.'
      when v_slot is null then 'It is not there: Realtime makes it when the first client connects.'
      else 'Realtime reads, but nothing is published to it: restart Realtime in the dashboard.' end, '000:90-96');
  return next private.checkup('supabase_realtime', 'info', 'supabase_realtime', format(
      'Changes are told by triggers: no table has to be in this publication. In it: %s.',
      coalesce(nullif(array_to_string(v_tables, ', '), ''), 'none')), '000:27-36',
    jsonb_build_object('tables', v_tables));
end
$$;
comment on function private.check_listeners() is
  'Whether Realtime reads what is broadcast; and the publication of document 000, which is not needed.';
revoke execute on function private.check_listeners() from public;

create function private.check_partition() returns setof private.checkup
language plpgsql stable set search_path = '' as $$
declare
  v_partition text;
begin
  select c.relname into v_partition
  from pg_catalog.pg_inherits i join pg_catalog.pg_class c on c.oid = i.inhrelid,
    pg_catalog.pg_get_expr(c.relpartbound, c.oid) bound
  where i.inhparent = to_regclass('realtime.messages') and (bound = 'DEFAULT'
    or (clock_timestamp() at time zone 'UTC') >= (substring(bound from 'FROM \(''([^'']+)''\)'))::timestamp
      and (clock_timestamp() at time zone 'UTC') < (substring(bound from 'TO \(''([^'']+)''\)'))::timestamp)
  order by bound = 'DEFAULT' limit 1;
  return next private.checkup('partition', case when v_partition is not null then 'ok'
      when private.somebody_listens() then 'error' else 'info' end, 'realtime.messages',
    case when v_partition is not null then format('Broadcasts of today are kept in %s.', v_partition)
      when private.somebody_listens() then 'There is no partition for today although clients are connected: Realtime '
        'is at fault. Restart it in the dashboard; clients ask meanwhile.'
      else 'There is no partition for today: Realtime makes it when a client connects; until then nobody listens.' end,
    '002:547-556', jsonb_build_object('partition', v_partition));
end
$$;
comment on function private.check_partition() is 'Whether realtime.messages can take broadcasts today.';
revoke execute on function private.check_partition() from public;
