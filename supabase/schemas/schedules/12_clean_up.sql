create function private.forget_archived(p_queue text, p_before timestamptz) returns integer
language plpgsql set search_path = '' as $$
declare
  v_count integer;
begin
  -- Volatile, for what it executes writes; a linter sees none of that.
  -- @plpgsql_check_options: performance_warnings = off
  execute format('delete from pgmq.%I where archived_at < $1', 'a_' || p_queue) using p_before;
  get diagnostics v_count = row_count;
  return v_count;
end
$$;
comment on function private.forget_archived(text, timestamptz) is
  'Forgets messages of a queue that were archived before p_before. Returns how many.';
revoke execute on function private.forget_archived(text, timestamptz) from public;

create function private.forget_older(
  p_table regclass, p_column text, p_before timestamptz, p_qty integer default 20000
) returns integer
language plpgsql set search_path = '' as $$
declare
  v_count integer;
begin
  -- Volatile, for what it executes writes; a linter sees none of that.
  -- @plpgsql_check_options: performance_warnings = off
  execute format('delete from %1$s where ctid in (select ctid from %1$s where %2$I < $1 limit $2)', p_table, p_column)
  using p_before, p_qty;
  get diagnostics v_count = row_count;
  return v_count;
end
$$;
comment on function private.forget_older(regclass, text, timestamptz, integer) is
  'Deletes up to p_qty rows of a table whose p_column is before p_before. Returns how many.';
revoke execute on function private.forget_older(regclass, text, timestamptz, integer) from public;

create function private.clean_up(p_keep interval default '30 days') returns jsonb
language plpgsql set search_path = '' as $$
declare
  v_before timestamptz := private.now() - p_keep;
  v_archived integer;
begin
  v_archived := coalesce(private.guarded('esteira-cleanup',
      format('private.forget_archived(''settle_queue'', %L)', v_before))::integer, 0) + (
    select coalesce(sum(did::integer), 0) from private.each_lane('esteira-cleanup',
      format('private.forget_archived(($1).queue_name, %L)', v_before)) did);
  -- One that fails keeps the others neither from being done nor from having been done.
  perform private.guarded('esteira-cleanup', call) from (values
    ('private.forget_publications()'),
    (format('private.forget_group_media(%L)', private.now() - interval '1 day')),
    (format('private.sweep_handed(%L)', p_keep)),
    (format('private.forget_older(''private.cancels'', ''over_at'', %L)', v_before)),
    ('private.forget_commits()'), ('private.forget_connections()'),
    (format('private.forget_older(''private.broadcast_failures'', ''failed_at'', %L)', v_before)),
    (format('private.forget_older(''private.repairs'', ''repaired_at'', %L)', v_before)),
    (format('private.forget_older(''private.webhook_refusals'', ''last_at'', %L)', v_before)),
    (format('private.forget_older(''private.verdicts'', ''until'', %L)', v_before)),
    (format('private.forget_older(''private.bulk_runs'', ''ended_at'', %L, 100)', v_before)),
    ('private.forget_audit()'),
    (format('private.forget_older(''cron.job_run_details'', ''end_time'', %L)', private.now() - interval '3 days'))
  ) each_one (call);
  return jsonb_build_object('archived', v_archived);
end
$$;
comment on function private.clean_up(interval) is
  'Forgets archives, the outbox, verdicts and repairs older than p_keep, and pg_cron''s log after three days; payloads '
  'and jobs go piece by piece (the retention room). Returns {archived}: how many.';
revoke execute on function private.clean_up(interval) from public;
