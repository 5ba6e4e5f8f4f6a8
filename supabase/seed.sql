-- Data for development and tests, never for production: accounts at the local simulators of the providers.

select vault.create_secret('0123456789abcdef0123456789abcdef', 'runninghub_simulator');
select ops.add_account('runninghub', 'simulator', 'runninghub_simulator', 3, '{"base_url": "http://127.0.0.1:54330"}');
update public.tools set settings = settings || '{"webapp_id": "1877265245566922753"}', is_enabled = true where tool = 'upscaler';

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

update public.tools set is_enabled = true where tool in ('image', 'model_training');
