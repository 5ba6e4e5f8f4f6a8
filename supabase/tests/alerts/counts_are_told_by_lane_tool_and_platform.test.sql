begin;
select plan(9);
select tests.create_user('ana');
select tests.enable_echo(5), tests.enable_tool('other', 'elsewhere', 5), tests.enable_publishing(5);
select tests.freeze('2030-01-01 00:00:00Z');
delete from private.heartbeats where true;
select tests.create_job('ana', k) from unnest(array['done', 'lost', 'runs']) k;
select tests.create_job('ana', 'there', 'other');
select tests.submit('done'), tests.complete('done'), tests.fail('lost', 'never');
select tests.webhook('runs', 'a', null, 1);
select worker.webhook_refused('elsewhere', (tests.job('there')).id, 'bad_signature') from generate_series(1, 3);

select set_eq($$ select * from ops.counts_by('lane') where value in ('echo', 'elsewhere') $$,
  $$ values ('echo', 'attempts succeeded', 1::bigint), ('echo', 'attempts failed', 1), ('echo', 'webhooks accepted', 1),
    ('echo', 'jobs processing', 1), ('echo', 'dead letters', 1), ('elsewhere', 'jobs processing', 1),
    ('elsewhere', 'webhooks refused: bad_signature', 3) $$, 'by lane');
select is((select count from ops.counts_by('tool') where value = 'other' and name = 'jobs processing'), 1::bigint, 'by tool');
select ops.pause_lane('echo', 'maintenance');
select is((select count from ops.counts_by('lane') where value = 'echo' and name = 'lanes paused'), 1::bigint, 'a lane that is paused is counted under its name');
select is_empty($$ select from ops.counts_by('tool') where name = 'lanes paused' $$, 'and no tool for it');
select is_empty($$ select from ops.counts_by('platform') $$, 'what publishes nothing has no platform');
update private.platforms set paused_until = private.now() + interval '1 hour', pause_reason = 'HTTP 503' where platform = 'x';
select results_eq($$ select * from ops.counts_by('platform') $$, $$ values ('x', 'platforms paused', 1::bigint) $$, 'a platform that is paused is counted');
select tests.refuses($$ select ops.counts_by('user') $$, 422, 'invalid_input', 'dimension', 'nothing else is counted by');
select tests.freeze('2030-01-01 06:00:00Z');
select is_empty($$ select from ops.counts_by('lane') where name like 'attempts%' or name like 'webhooks%' $$, 'what happened earlier is not counted');
select is((select sum(count) from ops.counts_by('lane', '7 hours') where name like 'attempts%'), 2::numeric, 'but as far back as is asked for');
select * from finish();
rollback;
