-- Lanes with two accounts each, of which one is paused; a provider that is down; a tool for workers outside.
update private.accounts set name = 'main' where name = 'simulator';
select private.set_capacity(account_id, case lane when 'runninghub' then 12 when 'kie' then 16 else 6 end)
from private.accounts where lane in ('runninghub', 'kie', 'fal', 'replicate', 'astria', 'openai');
select ops.add_account('runninghub', 'second', 'runninghub_simulator', 8),
  ops.add_account('kie', 'second', 'kie_simulator', 4), ops.add_account('external', 'renderers', null, 5);
update private.accounts set paused_until = 'infinity', pause_reason = 'Its key is being changed'
where lane = 'kie' and name = 'second';
update private.lanes set circuit_failures = 6, circuit_opened_at = now() - interval '12 minutes',
  circuit_probe_at = now() + interval '1 minute', circuit_reason = 'HTTP 503 from the provider'
    where lane = 'replicate';
update private.lanes set paused_until = now() + interval '2 hours', pause_reason = 'fal is at work on its side'
where lane = 'fal';
insert into public.tools (tool, lane, titles, credit_cost) values
  ('report', 'external', '{"en": "Report", "pt-BR": "Relatório"}', 3);

create table console_world.tools as
select t.tool, t.lane, t.credit_cost, t.max_attempts, sum(w.weight) over (order by t.tool) - w.weight as from_share,
  sum(w.weight) over (order by t.tool) as to_share, w.seconds
from (
  values ('upscaler', 0.26, 24), ('pose_changer', 0.07, 40), ('veste_ai', 0.09, 48), ('video_upscaler', 0.04, 260),
    ('image', 0.24, 12), ('model_training', 0.02, 1900), ('speech', 0.08, 4), ('report', 0.06, 70)
  union all select tool, 0.14 / count(*) over (), 35 from public.tools where lane = 'publication'
) w (tool, weight, seconds) join public.tools t using (tool);
