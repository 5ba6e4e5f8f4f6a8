-- The decision about each table: what the three roles of the Data API may do with it. A new table, a new column of a
-- table that is granted by columns, or a changed grant fails here until it has been decided about.
begin;
select plan(1);

select set_eq(
  $$ select name, tests.grants(oid, 'anon') as anon, tests.grants(oid, 'authenticated') as authenticated,
       tests.grants(oid, 'service_role') as service_role
     from tests.tables $$,
  $$ values
    ('ops.alert_rules', '', '', 'select'),
    ('ops.alerts', '', '', 'select'),
    ('private.accounts', '', '', ''),
    ('private.broadcast_failures', '', '', ''),
    ('private.buckets_left_alone', '', '', ''),
    ('private.clocks', '', '', ''),
    ('ops.dead_letters', '', '', 'select'),
    ('ops.faults', '', '', ''),
    ('ops.quarantine', '', '', ''),
    ('private.faults', '', '', ''),
    ('private.forgets', '', '', ''),
    ('private.heartbeats', '', '', ''),
    ('private.lanes', '', '', ''),
    ('private.leavers', '', '', ''),
    ('private.quarantine', '', '', ''),
    ('private.pending_effects', '', '', ''),
    ('private.repairs', '', '', ''),
    ('private.retention', '', '', ''),
    ('private.shipped_rows', '', '', ''),
    ('private.sweeps', '', '', ''),
    ('private.limits', '', '', ''),
    ('private.limits_of_users', '', '', ''),
    ('private.stored_sums', '', '', ''),
    ('private.slots', '', '', ''),
    ('private.starts', '', '', ''),
    ('private.throttles', '', '', ''),
    ('private.tickets', '', '', ''),
    ('private.tombstones', '', '', ''),
    ('private.tool_durations', '', '', ''),
    ('private.tool_jobs', '', 'select', 'select'),
    ('private.webhook_events', '', '', ''),
    ('public.ai_jobs', '', 'select', 'select'),
    ('private.cancels', '', '', ''),
    ('private.doomed_files', '', '', ''),
    ('private.handed_files', '', '', ''),
    ('public.ai_models', '', 'delete; select; update (name)', 'select'),
    ('public.credit_accounts', '', 'select', 'select'),
    ('public.credit_entries', '', 'select', 'select'),
    ('public.fal_jobs', '', 'select', 'select'),
    ('public.job_effects', '', 'select', 'select'),
    ('public.job_attempts', '',
      'select (job_id, attempt, dispatch, user_id, account_id, external_id, phase, checkpoint, error_code, error_message, raw_api_response, raw_webhook_payload, started_at, submitted_at, submits, submit_until, submitted_first_at, resubmit, can_stop, never_existed, nones, word, word_at, cost, cost_currency, polled_at, worker, leased_until, finished_at, outcome)',
      'select (job_id, attempt, dispatch, user_id, account_id, external_id, phase, checkpoint, error_code, error_message, raw_api_response, raw_webhook_payload, started_at, submitted_at, submits, submit_until, submitted_first_at, resubmit, can_stop, never_existed, nones, word, word_at, cost, cost_currency, polled_at, worker, leased_until, finished_at, outcome)'),
    ('public.jobs', '', 'select', 'select'),
    ('public.pose_changer_jobs', '', 'select', 'select'),
    ('public.project', '', 'select', 'select'),
    ('public.projects', '',
      'delete; insert (id, user_id, name, content); select; update (name, content, version)',
      'delete; insert (id, user_id, name, content); select; update (name, content, version)'),
    ('public.publication_jobs', '', 'select', 'select'),
    ('public.tools', '', 'select (tool, lane, titles, credit_cost, max_attempts, timeout, expires_after, effect, is_enabled, priority, min_priority, max_priority)', 'select'),
    ('public.upscaler_jobs', '', 'select', 'select'),
    ('public.veste_ai_jobs', '', 'select', 'select'),
    ('public.video_upscaler_jobs', '', 'select', 'select')
  $$,
  'tables are granted to anon, authenticated and service_role as listed here');

select * from finish();
rollback;
