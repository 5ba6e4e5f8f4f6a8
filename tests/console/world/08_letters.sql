-- What came from outside: webhooks and those that were refused, and what screens have told of what they learned.
insert into private.webhook_events (provider, dedupe_key, user_id, job_id, attempt, external_id, verified_by, headers,
  payload, verdict, received_at)
select j.lane, 'event-' || j.n, j.user_id, j.id, 1, format('task-%s-1', j.n),
  case j.lane when 'runninghub' then 'token' else 'signature' end, '{"content-type": "application/json"}',
  jsonb_build_object('event', 'TASK_END', 'taskId', 1904737800233385986 + j.n, 'status',
    case j.fate when 'completes' then 'SUCCESS' else 'FAILED' end, 'prompt', r.input ->> 'prompt'),
  case when console_world.chance(j.n, 'verdict') > 0.98 then console_world.pick(
    array['stale_attempt', 'late', 'other_task'], j.n, 'which') else 'accepted' end,
  j.begun_at + j.takes * 0.9
from console_world.jobs j join public.jobs r on r.id = j.id
where j.fate in ('completes', 'fails') and j.lane in ('runninghub', 'kie', 'fal', 'replicate', 'astria')
order by j.ended_at;

insert into private.webhook_refusals (job_id, reason, user_id, provider, times, first_at, last_at)
select j.id, console_world.pick(array['wrong_token', 'bad_signature', 'no_secret', 'too_large'], j.n, 'refusal'),
  j.user_id,
  j.lane, 1 + j.n % 7, j.begun_at, j.begun_at + j.takes
from console_world.jobs j where j.lane in ('runninghub', 'kie', 'fal') and j.n % 251 = 0 and j.fate = 'completes';

insert into private.deliveries (user_id, hour, channel, reports, changes, terminal, missed, late, late_max_ms)
select p.id, h, channel, 4, changes, changes / 4, case channel when 'realtime' then changes / 60 else 0 end,
  case channel when 'poll' then array[0, 0, 0, 0, 0, changes / 2, changes - changes / 2, 0, 0, 0, 0, 0]
    else array[changes - changes / 9, changes / 9, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0] end::bigint[],
  case channel when 'poll' then 14000 else 90 end
from console_world.people p,
  generate_series(date_trunc('hour', now(), 'UTC') - interval '72 hours', date_trunc('hour', now(), 'UTC'), '1 hour') h,
  unnest(array['realtime', 'sse', 'poll', 'snapshot']) channel,
  lateral (select 4 + floor(console_world.chance(p.n, channel || h) * 40)::bigint as changes) c
where console_world.chance(p.n, 'tells ' || channel || h)
  < case channel when 'realtime' then 0.3 when 'sse' then 0.08 else 0.05 end;

-- What Realtime keeps of the last days: the last change of each job, as its owner's screens were told of it.
insert into realtime.messages (topic, extension, payload, event, private, updated_at, inserted_at)
select 'jobs:' || user_id, 'broadcast', jsonb_build_object('new', jsonb_build_object('id', id, 'version', version)),
  'UPDATE', true, updated_at at time zone 'UTC', updated_at at time zone 'UTC'
from public.jobs where updated_at > now() - interval '3 days';
