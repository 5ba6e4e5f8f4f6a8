-- Functions can be executed by everybody unless that is taken away, so this list is the decision about each of them:
-- what is not on it can be executed by its owner alone.
begin;
select plan(3);

select is_empty(
  $$ select signature from tests.functions where has_function_privilege('anon', oid, 'execute') $$,
  'somebody who is not signed in, and so PUBLIC, executes nothing');

select set_eq(
  $$ select signature::text from tests.functions where has_function_privilege('authenticated', oid, 'execute') $$,
  array['cancel_job(uuid,uuid,boolean)', 'esteira_version()', 'queue_position(uuid)', 'report_delivery(jsonb)', 'resolve_publication(uuid,text,uuid,text)', 'retry_job(uuid,uuid,boolean,boolean)', 'why(uuid)',
    'private.is_admin()', 'private.is_here()', 'private.caller()', 'private.known_caller()',
    'private.place_in_lane(text,smallint,bigint,uuid)', 'private.lanes_worked_outside()',
    'private.ai_job_status(job_status,job_step,smallint)', 'private.may_read_output(text)', 'private.is_file_key(text,text)',
    'ops_api.accounts(integer,integer)', 'ops_api.account(integer)', 'ops_api.webhooks(jsonb,integer,jsonb)', 'ops_api.webhook(bigint)', 'ops_api.users(text,integer)',
    'ops_api.statement(uuid,integer,jsonb)', 'ops_api.grant_credits(uuid,bigint,text,text)', 'ops_api.find_acts(jsonb,integer,bigint)',
    'ops_api.me()', 'ops_api.act(text,jsonb,boolean,text)', 'ops_api.diagnose(uuid,timestamp with time zone)', 'ops_api.set_operator(uuid,text,text)', 'ops_api.operators()',
    'ops_api.jobs(jsonb,integer,uuid)', 'ops_api.job(uuid)', 'ops_api.runs(integer,timestamp with time zone,uuid)', 'ops_api.run(uuid)',
    'ops_api.abort_run(uuid,text)', 'ops_api.resume_run(uuid,text)', 'ops_api.audit(integer,bigint,uuid)', 'ops_api.report(text,jsonb)', 'ops_api.repair(text)',
    'ops_api.find_jobs(jsonb,integer,jsonb)', 'ops_api.find_words()', 'ops_api.timeline(uuid)', 'ops_api.raw(uuid)', 'ops_api.job_facts(uuid)',
    'ops_api.verdicts(uuid,timestamp with time zone)', 'ops_api.now()', 'ops_api.failures(interval,jsonb)', 'ops_api.stuck(integer)', 'ops_api.publication_calendar(date,date,text,jsonb)', 'ops_api.publications(timestamp with time zone,timestamp with time zone,jsonb,integer,jsonb)', 'ops_api.publication_groups(jsonb,integer,uuid)', 'ops_api.unknown_publications(jsonb,integer,jsonb)', 'ops_api.publication_analytics(integer,text,jsonb)', 'ops_api.connections(jsonb,integer,uuid)', 'ops_api.platforms()', 'private.operator_role()', 'ops_api.delivery(integer)', 'ops_api.alerts(integer,bigint,text)', 'ops_api.alert_rules()', 'ops_api.set_alert_rule(text,jsonb,text)', 'ops_api.repost_alerts()', 'ops_api.schedules()', 'ops_api.setup()'],
  'signed-in users execute what is about their own jobs, and what policies and views need');

select set_eq(
  $$ select schema_name || '.' || proname from tests.functions f join pg_proc using (oid)
     where has_function_privilege('service_role', f.oid, 'execute') $$,
  array[
    'public.cancel_job', 'public.create_job', 'public.create_jobs', 'public.esteira_version', 'public.queue_position', 'public.resolve_publication', 'public.retry_job', 'public.why',
    'ops.export_user', 'ops.forget_user', 'ops.grant_credits', 'ops.set_retention', 'ops.set_storage_limit', 'ops.set_limit',
    'ops.act', 'ops.abort_run', 'ops.resume_run', 'ops.work_run', 'ops.set_operator',
    'ops_api.me', 'ops_api.act', 'ops_api.diagnose', 'ops_api.set_operator', 'ops_api.operators', 'ops_api.jobs', 'ops_api.job', 'ops_api.runs', 'ops_api.run',
    'ops_api.abort_run', 'ops_api.resume_run', 'ops_api.audit', 'ops_api.report', 'ops_api.repair',
    'ops_api.find_jobs', 'ops_api.find_words', 'ops_api.timeline', 'ops_api.raw', 'ops_api.job_facts', 'ops_api.verdicts', 'ops_api.now', 'ops_api.failures', 'ops_api.stuck', 'ops_api.accounts', 'ops_api.account', 'ops_api.webhooks', 'ops_api.webhook', 'ops_api.users', 'ops_api.statement', 'ops_api.grant_credits', 'ops_api.find_acts', 'ops_api.publication_calendar', 'ops_api.publications', 'ops_api.publication_groups', 'ops_api.unknown_publications', 'ops_api.publication_analytics', 'ops_api.connections', 'ops_api.platforms', 'ops_api.delivery', 'ops_api.alerts', 'ops_api.alert_rules', 'ops_api.set_alert_rule', 'ops_api.repost_alerts', 'ops_api.schedules', 'ops_api.setup',
    'private.ai_job_status', 'private.lanes_worked_outside', 'private.place_in_lane',
    'worker.acknowledge', 'worker.attempt_failed', 'worker.cancel_noted', 'worker.checkpoint', 'worker.claim', 'worker.claimed',
    'worker.complete', 'worker.complete_many', 'worker.cost_noted', 'worker.create_job', 'worker.deadline_passed', 'worker.defer', 'worker.doomed_files_deleted', 'worker.hand_over', 'worker.heartbeat',
    'worker.lanes', 'worker.list_tools', 'worker.model_told', 'worker.next_look', 'worker.none_found', 'worker.open_stream', 'worker.told_since', 'worker.other_task', 'worker.output_refused', 'worker.owned_files', 'worker.produced',
    'worker.progress', 'worker.provider_down', 'worker.provider_up', 'worker.reap', 'worker.receive', 'worker.receive_cancels',
    'worker.receive_doomed_files', 'worker.receive_forgets', 'worker.receive_settlements', 'worker.report_many', 'worker.submit_unknown', 'worker.submitted', 'worker.submitted_many',
    'worker.claim_refresh', 'worker.connection_checked', 'worker.connection_refused', 'worker.connection_tokens', 'worker.disconnect', 'worker.list_connections',
    'worker.open_choice', 'worker.platform_app', 'worker.platform_down', 'worker.platform_up', 'worker.receive_renewals', 'worker.receive_revocations',
    'worker.refresh_failed', 'worker.refreshed', 'worker.revocation_done', 'worker.save_choice', 'worker.save_connection',
    'worker.start_connection', 'worker.take_connection_start',
    'worker.commit_publication', 'worker.committed', 'worker.enqueue_publications', 'worker.media_claim', 'worker.media_stored',
    'worker.publication_failed', 'worker.publication_step', 'worker.published', 'worker.receive_publication',
    'worker.seen',
    'worker.task_forgotten', 'worker.task_over', 'worker.wake', 'worker.webhook', 'worker.webhook_account', 'worker.webhook_refused', 'worker.deep_health', 'worker.metrics'
  ],
  'Edge Functions execute what they call, and what the views need');

select * from finish();
rollback;
