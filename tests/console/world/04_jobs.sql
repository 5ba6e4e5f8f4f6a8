-- What becomes of each job: nearly all have ended, some wait or are scheduled, and as many run as there are slots.
create table console_world.jobs as
with numbered as (
  select n, console_world.time_of(n, :jobs) as at,
    -- Some people do far more than others.
    1 + floor(400 * power(console_world.chance(n, 'user'), 2))::integer as person
  from generate_series(1, :jobs) n
), chosen as (
  select n.*, t.tool, t.credit_cost, t.max_attempts, t.seconds,
    -- The image tool has moved from lane to lane.
    case when t.tool = 'image' then console_world.pick(array['kie', 'kie', 'kie', 'fal', 'replicate'], n.n, 'lane')
      else t.lane end as lane
  from numbered n join console_world.tools t
    on console_world.chance(n.n, 'tool') >= t.from_share and console_world.chance(n.n, 'tool') < t.to_share
), connected as (
  select c.*, (select k.id from console_world.connections k where k.platform = split_part(c.tool, '_', 1)
      order by (k.c - c.person * 2 + 10000) % 1000 limit 1) as connection_id
  from chosen c where c.lane = 'publication'
  union all select c.*, null from chosen c where c.lane <> 'publication'
), fated as (
  select c.*, coalesce(k.n, c.person) as owner,
    case
      when c.at > now() - interval '40 minutes' and console_world.chance(c.n, 'open') < 0.7 then 'waits'
      when c.lane = 'publication' and c.at > now() - interval '8 days' and console_world.chance(c.n, 'open') < 0.08
        then 'scheduled'
      when console_world.chance(c.n, 'fate') < case c.lane when 'replicate' then 0.2 else 0.07 end then 'fails'
      when console_world.chance(c.n, 'fate') > 0.97 then 'is cancelled'
      else 'completes' end as fate,
    round(c.seconds * (0.5 + console_world.chance(c.n, 'seconds')
      + 6 * power(console_world.chance(c.n, 'slow'), 12)) * 1000) * interval '1 millisecond' as takes,
    round(power(console_world.chance(c.n, 'wait'), 6) * 900000 + 40) * interval '1 millisecond' as waited
  from connected c left join console_world.connections k on k.id = c.connection_id
)
select f.*, console_world.uuid_at(f.at, f.n) as id, p.id as user_id, f.at + f.waited as begun_at,
  f.at + f.waited + f.takes as ended_at
from fated f join console_world.people p on p.n = f.owner;
alter table console_world.jobs add primary key (n);

-- What would end only later has not ended: it runs, where a slot is free, or waits for one.
update console_world.jobs set fate = 'waits' where fate in ('completes', 'fails', 'is cancelled') and ended_at > now();
with free as (
  select s.slot_id, s.account_id, s.lane, row_number() over (partition by s.lane order by s.slot_id) as nth
  from private.slots s join private.accounts a using (account_id) where coalesce(a.paused_until < now(), true)
), next as (
  select n, lane, row_number() over (partition by lane order by n) as nth from console_world.jobs where fate = 'waits'
)
update console_world.jobs j set fate = 'runs', begun_at = least(j.at + j.waited, now() - interval '2 seconds')
from next join free using (lane, nth) where j.n = next.n;

create table console_world.held as
select j.n, s.slot_id, s.account_id, gen_random_uuid() as token
from (select n, lane, row_number() over (partition by lane order by n) as nth from console_world.jobs
  where fate = 'runs') j
join (select s.slot_id, s.account_id, s.lane, row_number() over (partition by s.lane order by s.slot_id) as nth
  from private.slots s join private.accounts a using (account_id) where coalesce(a.paused_until < now(), true)) s
  using (lane, nth);

create table console_world.errors as
select lane, code, message, step::public.job_step from (values
  ('runninghub', 'node_errors', 'The node 39 found no face in the picture.', 'running'),
  ('runninghub', 'deadline_exceeded', 'The provider took longer than 30 minutes.', 'running'),
  ('runninghub', 'output_wrong_type', 'The result is no image.', 'webhook_received'),
  ('kie', 'content_moderation', 'The prompt was flagged as sensitive.', 'running'),
  ('kie', 'deadline_exceeded', 'The provider took longer than 30 minutes.', 'running'),
  ('kie', 'rate_limited', 'Too many requests, and no try is left.', 'starting'),
  ('fal', 'content_moderation', 'The prompt was flagged as sensitive.', 'running'),
  ('fal', 'unreachable', 'fal could not be reached.', 'starting'),
  ('replicate', 'unreachable', 'Replicate could not be reached.', 'starting'),
  ('replicate', 'submit_unknown', 'Nobody knows whether the task was taken.', 'starting'),
  ('astria', 'input_gone', 'A picture is not there any more.', 'upload'),
  ('openai', 'submit_unknown', 'Nobody knows whether it was spoken.', 'starting'),
  ('external', 'worker_lost', 'The worker was not heard of again.', 'running'),
  ('publication', 'media_refused', 'The platform refused the video.', 'running'),
  ('publication', 'reconnect_needed', 'The account has to be connected anew.', 'starting'),
  ('publication', 'outcome_unknown', 'Nobody knows whether it is there.', 'running')
) e (lane, code, message, step);
