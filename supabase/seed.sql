-- Data for development and tests, never for production: accounts at the local simulators of the providers, and tools.

select vault.create_secret('0123456789abcdef0123456789abcdef', 'runninghub_simulator');
select ops.add_account('runninghub', 'simulator', 'runninghub_simulator', 3, '{"base_url": "http://127.0.0.1:54330"}');
-- The simulator takes every app and node; what an app makes is said where the simulator is started.
update public.tools t set settings = t.settings || s.settings, is_enabled = true
from (values
  ('upscaler', '{
    "webapp_id": "1877265245566922753",
    "variants": {
      "near": {},
      "far": {
        "webapp_id": "1899270316604620802",
        "nodes": {
          "image": {"node_id": "1", "field_name": "image"},
          "detail": {"node_id": "165", "field_name": "value"},
          "resolution": {"node_id": "73", "field_name": "value"},
          "prompt": {"node_id": "98", "field_name": "text"}
        }
      },
      "old_photo": {
        "webapp_id": "1893571402850107393",
        "nodes": {"image": {"node_id": "4", "field_name": "image"}}
      },
      "food": {"webapp_id": "1895803166214549506"},
      "logo": {"webapp_id": "1897017728459063297"},
      "render_3d": {"webapp_id": "1898352907711516674"}
    }
  }'::jsonb),
  ('pose_changer', '{
    "webapp_id": "1901846213370548226",
    "nodes": {
      "person_image": {"node_id": "27", "field_name": "image"},
      "reference_image": {"node_id": "60", "field_name": "image"}
    },
    "output_node_id": "9"
  }'),
  ('veste_ai', '{"webapp_id": "1902951776813985793", "output_node_id": "9"}'),
  ('video_upscaler', '{"webapp_id": "1904163390028185603", "output_node_id": "9"}')
) s (tool, settings)
where t.tool = s.tool;

select vault.create_secret('kie-simulator-key', 'kie_simulator');
select vault.create_secret('test_kie_hmac_key', 'kie_simulator_webhook');
select ops.add_account('kie', 'simulator', 'kie_simulator', 5, '{"base_url": "http://127.0.0.1:54331"}', 'kie_simulator_webhook');

select vault.create_secret('fal-simulator-key', 'fal_simulator');
select ops.add_account('fal', 'simulator', 'fal_simulator', 5, '{
  "base_url": "http://127.0.0.1:54332", "jwks_url": "http://127.0.0.1:54332/.well-known/jwks.json", "user_id": "user_abc"
}');

select vault.create_secret('replicate-simulator-key', 'replicate_simulator');
select vault.create_secret('whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', 'replicate_simulator_webhook');
select ops.add_account('replicate', 'simulator', 'replicate_simulator', 5, '{"base_url": "http://127.0.0.1:54333"}', 'replicate_simulator_webhook');

select vault.create_secret('astria-simulator-key', 'astria_simulator');
select ops.add_account('astria', 'simulator', 'astria_simulator', 5, '{"base_url": "http://127.0.0.1:54334"}');

select vault.create_secret('openai-simulator-key', 'openai_simulator');
select ops.add_account('openai', 'simulator', 'openai_simulator', 5, '{"base_url": "http://127.0.0.1:54335"}');

-- The apps at the platforms' simulators are registered where those are started.
update public.tools set is_enabled = true where tool in ('image', 'model_training', 'speech') or lane = 'publication';
