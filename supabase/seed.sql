-- Data for development and tests, never for production: an account at the local RunningHub simulator.

select vault.create_secret('0123456789abcdef0123456789abcdef', 'runninghub_simulator');
select ops.add_account('runninghub', 'simulator', 'runninghub_simulator', 3, '{"base_url": "http://127.0.0.1:54330"}');
update public.tools set settings = settings || '{"webapp_id": "1877265245566922753"}', is_enabled = true where tool = 'upscaler';
