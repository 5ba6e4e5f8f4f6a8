-- Alerts: telling an operator that something is wrong, once for as long as it is.
--
-- `ops.counts` and `ops.rates` are what they are made of: how often each thing happened of late, how much is stopped
-- now, how much of what happens goes wrong and how old what waits is. A rule holds while one of these reaches its
-- threshold. Every minute the rules are looked at: one that has held for long enough opens an alert, one that has
-- been low for long enough closes it. Rules are rows, to be changed and added by operators; a rule needs no code.
--
-- If the Vault secret alert_webhook_url is set, each opening and closing is a row in an outbox (ops.alert_posts), and
-- is posted until somebody answers with 2xx: pg_net promises nothing, so its answers are read, and what it has lost is
-- sent again. At least once, that is, and under the same id.

create function private.counts_of_publishing(p_since timestamptz, p_now timestamptz)
returns table (name text, count bigint)
language plpgsql stable set search_path = '' as $$
begin
  return query
    select 'platforms paused', count(*) from private.platforms p where p.paused_until > (select private.now())
    union all
    select 'api versions ending', private.api_versions_ending()
    union all
    select 'connections to be connected anew', count(*) from public.connections c
    where c.state = 'reconnect_needed' and c.updated_at > p_since and c.updated_at <= p_now
    union all
    select 'accesses that cannot be renewed', count(*) from private.connection_tokens t where t.failures >= 3
    union all
    select 'token keys missing', count(*) from private.seal_keys k
    where not exists (select from vault.secrets s where s.name = k.key_name)
    union all
    select 'accesses that cannot be given back', count(*) from private.revocations r where r.tries >= 6
    union all
    select 'publications unknown', count(*) from public.publications p
    where p.unknown_at is not null and p.resolved is null;
end
$$;
comment on function private.counts_of_publishing(timestamptz, timestamptz) is
  'What ops.counts tells of platforms, connections and publications.';
revoke execute on function private.counts_of_publishing(timestamptz, timestamptz) from public;

create function private.counts_but_letters(p_since interval) returns table (name text, count bigint)
language plpgsql stable set search_path = '' set plan_cache_mode = force_generic_plan set enable_seqscan = off
  set max_parallel_workers_per_gather = 0 set jit = off as $$
-- Planned once: of many attempts a plan for the moment seems worth making each time, and takes longer than it runs.
declare
  v_now timestamptz := private.now();
  v_since timestamptz := v_now - p_since;
begin
  -- What is of the future is of a clock that was set back, and not of late.
  return query
    select 'attempts ' || a.outcome, count(*) from public.job_attempts a
    where a.finished_at > v_since and a.finished_at <= v_now group by a.outcome
    union all
    select 'webhooks ' || e.verdict, count(*) from private.webhook_events e
    where e.received_at > v_since and e.received_at <= v_now group by e.verdict
    union all
    select r.schedule || ' ' || r.repair, sum(r.count)::bigint from private.repairs r
    where r.repaired_at > v_since and r.repaired_at <= v_now group by r.schedule, r.repair
    union all
    select 'schedules failed', count(*) from cron.job_run_details d
    where d.status = 'failed' and d.end_time > v_since and d.end_time <= v_now
    union all
    select 'parts failing', count(*) from private.faults x where x.last_at > v_since and x.last_at <= v_now
    union all
    select 'jobs quarantined', count(distinct q.job_id) from private.quarantine q
    union all
    select 'effects ' || e.outcome, count(*) from public.job_effects e
    where e.updated_at > v_since and e.updated_at <= v_now group by e.outcome
    union all
    select 'broadcasts ' || b.fate, b.count from (
      select sum(f.heard)::bigint as failed, sum(f.count - f.heard)::bigint as unheard from private.broadcast_failures f
      where f.failed_at > v_since and f.failed_at <= v_now) f,
    lateral (values ('failed', f.failed), ('unheard', f.unheard)) b (fate, count)
    where b.count > 0
    union all
    select 'screens in a thousand that miss changes', s.count from private.screens_that_miss(v_since) s(count)
    where s.count is not null
    union all
    select 'accounts paused', count(*) from private.accounts a
    where a.paused_until > (select private.now()) and a.retired_at is null
    union all
    select 'circuits open', count(*) from private.lanes l where l.circuit_opened_at is not null
    union all
    select 'tasks winding down', count(*) from private.cancels c where c.over_at is null
    union all
    select 'tasks ended ' || c.how, count(*) from private.cancels c where c.over_at > v_since and c.over_at <= v_now
    group by c.how
    union all
    select 'refunds due', count(*) from private.cancels c join public.jobs j on j.id = c.job_id
    where c.over_at is null and j.refund = 'due'
    union all
    select 'files to be deleted', count(*) from private.doomed_files f where f.due_at <= (select private.now())
    union all
    select 'lanes paused', count(*) from private.lanes l where l.paused_until > (select private.now())
    union all
    select p.name, p.count from private.counts_of_publishing(v_since, v_now) p;
end
$$;
comment on function private.counts_but_letters(interval) is
  'What ops.counts counts, but for dead letters: it is for ever more of them that are looked through.';
revoke execute on function private.counts_but_letters(interval) from public;

create function private.count_letters() returns bigint
language plpgsql stable set search_path = '' as $$
begin
  return (select count(*) from (select from ops.dead_letters limit 1000) d); -- more than that is no news
end
$$;
comment on function private.count_letters() is 'How many dead letters there are, up to 1,000.';
revoke execute on function private.count_letters() from public;

create function ops.counts(p_since interval default '1 hour') returns table (name text, count bigint)
language plpgsql stable security definer set search_path = '' as $$
begin
  return query
    select * from private.counts_but_letters(p_since) union all select 'dead letters', private.count_letters();
end
$$;
comment on function ops.counts(interval) is
  'What alerts are made of, over the last p_since: attempts by how they ended (succeeded; failed; by retry class: '
  'retried for backoff, waited, paused; cancelled, superseded, orphaned), webhooks by verdict, effects by outcome '
  '(of job_effects), what the reaper (esteira-reap asked, resent, leases_ended, asked_last, given_up, expired, '
  'copies_given_up, tasks_unknown, slots_freed, clock) and the sweep (esteira-retry due, started, unread) put right, '
  'schedules that failed, parts of them that fail (parts failing), broadcasts that failed (unheard: while nobody could '
  'have heard them), screens in a thousand that miss changes (private.screens_that_miss), tasks of ended jobs by how '
  'they ended; and how much is paused, open, due, quarantined, unknown or '
  'dead now. What did not happen may have no row.';
revoke execute on function ops.counts(interval) from public;
