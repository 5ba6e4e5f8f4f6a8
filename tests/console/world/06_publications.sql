-- Publications, and those of which nobody knows.
insert into public.publications (job_id, group_id, user_id, connection_id, platform, fingerprint, line, hold, priority,
  ticket, steps, committed_at, post_id, permalink, warnings, unknown_at, created_at)
select j.id, (r.input ->> 'groupId')::uuid, j.user_id, j.connection_id, split_part(j.tool, '_', 1),
  sha256(convert_to(r.input::text, 'UTF8')),
  case j.fate when 'scheduled' then 'scheduled' when 'waits' then 'held' when 'runs' then 'front' else 'done' end,
  case when j.fate = 'waits' then (array['connection_busy', 'reconnect_needed', 'limited', 'posting_limit',
    'platform_paused'])[1 + j.n % 5] end,
  r.priority, r.ticket,
  case when r.attempt > 0 then jsonb_build_array(
    jsonb_build_object('step', 'prepare', 'name', 'container', 'timestamp', console_world.moment(j.begun_at)),
    jsonb_build_object('step', 'commit', 'name', 'publish', 'timestamp',
      console_world.moment(j.begun_at + j.takes * 0.6)))
    else '[]' end,
  case when j.fate in ('completes') or r.error_code = 'outcome_unknown' then j.begun_at + j.takes * 0.6 end,
  case when j.fate = 'completes' then 'post-' || j.n end,
  case when j.fate = 'completes' then format('https://example.com/%s/%s', split_part(j.tool, '_', 1), j.n) end,
  case when j.n % 50 = 0 then '[{"code": "alt_text_ignored", "message": "The platform takes no alternative text here."}]'
    else '[]' end::jsonb,
  case when r.error_code = 'outcome_unknown' then j.ended_at end, j.at
from console_world.jobs j join public.jobs r on r.id = j.id
where j.lane = 'publication' and j.connection_id is not null;

-- Somebody has looked at most of those.
with known as (
  select p.job_id, case when row_number() over (order by p.created_at) % 3 = 0 then 'not_there' else 'there' end as is
  from public.publications p where p.unknown_at < now() - interval '2 days'
)
update public.publications p set resolved = k.is, resolved_at = p.unknown_at + interval '5 hours',
  resolved_how = 'user',
  resolved_by = p.user_id from known k where k.job_id = p.job_id;
update public.jobs j set refund = case p.resolved when 'there' then 'withheld' else 'paid' end::public.job_refund
from public.publications p where p.job_id = j.id and p.resolved is not null;
update private.platforms set paused_until = now() + interval '3 hours', pause_reason = 'The platform asks for patience'
where platform = 'threads';
