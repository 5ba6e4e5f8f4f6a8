begin;
select plan(29);
select tests.enable_effect('project_node', 30);
select tests.create_user('ana');
select tests.create_job('ana', name) from unnest(array['done', 'unwanted', 'stopped', 'went on', 'drifted', 'expired', 'stray']) name;
select tests.submit(name, 'task ' || name) from unnest(array['done', 'stopped', 'went on', 'drifted', 'expired']) name;

-- Well
select tests.complete('done'), tests.complete('expired'), tests.complete('drifted');
select is(tests.first_verdict('done'), 'completed ok', 'a job that is done is done');
select ok((tests.verdict('done', 'credits_drift')).ruled_out, 'what it cost adds up');
select ok((tests.verdict('done', 'task_winding_down')).ruled_out, 'no task of it lives');
select ok((tests.verdict('done', 'refund_due')).ruled_out, 'nothing is to be paid back');
select tests.webhook('done', 'a', 'succeeded', 1, 'task done');
select is(tests.first_verdict('done'), 'completed ok', 'a webhook that comes after it changes nothing');
select is((tests.verdict('done', 'webhook_late')).level, 'ok', 'and is told of');

-- Not wanted
select tests.cancel('unwanted');
select is(tests.first_verdict('unwanted'), 'cancelled info', 'a job that was cancelled before its submit is no more');
select is((tests.verdict('unwanted', 'refunded')).level, 'info', 'and paid back');
select tests.cancel('stopped'), tests.cancel('went on');
select is(tests.first_verdict('stopped'), 'task_winding_down wait', 'one whose task may live is being stopped');
select is((tests.verdict('stopped', 'task_winding_down')).expected_at, (select ends_at from private.cancels where job_id = (tests.job('stopped')).id),
  'until its lane''s task_life at the latest');
select is((tests.verdict('stopped', 'refund_due')).level, 'wait', 'what it cost is not decided about yet');
select results_eq($$ select code from ops.diagnose((tests.job('stopped')).id) where not ruled_out and level <> 'ok' order by rank $$,
  $$ values ('task_winding_down'), ('refund_due'), ('cancelled') $$, 'in that order');
select tests.over('stopped', 'stopped'), tests.over('went on', 'succeeded');
select is(tests.first_verdict('stopped'), 'cancelled info', 'then it is over');
select is((tests.verdict('stopped', 'refunded')).evidence ->> 'credits', '1', 'and paid back');
select is((tests.verdict('went on', 'refund_withheld')).level, 'info', 'or not, where it went on');

-- Money
update public.jobs set credits_charged = 5 where id = (tests.job('drifted')).id;
select is(tests.first_verdict('drifted'), 'credits_drift error', 'a ledger that says something else is broken');
select matches((tests.verdict('drifted', 'credits_drift')).detail, 'not charged as it says', 'and how is said');
update public.jobs set credits_charged = 5 where id = (tests.job('stray')).id;
select is(tests.first_verdict('stray'), 'credits_drift error', 'of a job that goes on, too');
select is((select count(*) from ops.credit_drift() d where d.job_id in ((tests.job('drifted')).id, (tests.job('stray')).id)), 2::bigint,
  'as the proof of all finds');

-- Files
update public.jobs set output = output || jsonb_build_object('expired_at', private.now()), output_url = null
where id = (tests.job('expired')).id;
select is(tests.first_verdict('expired'), 'result_expired info', 'files that were deleted after their time are told of');

-- Effects
select tests.create_project('ana', 'canvas', '{n1}');
select tests.create_job_for('ana', name, jsonb_build_object('projectId', tests.project_id('canvas'), 'nodeId', node))
from (values ('shown', 'n1'), ('gone', 'n9'), ('waiting', 'n1'), ('refused', 'n1')) j (name, node);
select tests.submit(name, 'task ' || name), tests.complete(name) from unnest(array['shown', 'gone', 'waiting', 'refused']) name;
set constraints all immediate;
select is(tests.first_verdict('gone'), 'node_missing warn', 'a node that is not there is named');
update public.job_effects set outcome = 'applied' where job_id = (tests.job('shown')).id;
select is(tests.first_verdict('shown'), 'completed ok', 'what is shown is done');
select ok((tests.verdict('shown', 'effect_failed')).ruled_out, 'and ruled out');
update public.job_effects set outcome = 'pending' where job_id = (tests.job('waiting')).id;
select is(tests.first_verdict('waiting'), 'effect_pending wait', 'what is not shown yet waits');
select is((tests.verdict('waiting', 'effect_pending')).clears, 'by_itself', 'and is shown by itself');
update public.job_effects set outcome = 'failed', message = 'division by zero' where job_id = (tests.job('refused')).id;
select is(tests.first_verdict('refused'), 'effect_failed error', 'what cannot be shown is broken');
select matches((tests.verdict('refused', 'effect_failed')).detail, 'division by zero', 'and why is said');

-- In words, and to nobody more than that
select set_config('tests.stopped', (tests.job('stopped')).id::text, true);
select tests.as_user('ana');
select is((select words ->> 'en' from public.why(current_setting('tests.stopped')::uuid) where code = 'refunded'),
  'You got back what it cost (credits: 1).', 'its owner is told how much');
select is((select count(*) from public.why(current_setting('tests.stopped')::uuid) where words ->> 'en' ~ '[{}]'), 0::bigint,
  'nothing is left unfilled');
select * from finish();
rollback;
