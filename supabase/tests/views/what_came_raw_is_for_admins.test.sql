begin;
select plan(9);

select tests.create_user('ana');
select tests.enable_tool('upscaler', 'runninghub'), tests.enable_tool('x_post', 'publication');
select tests.create_job('ana', 'picture', 'upscaler'), tests.create_job('ana', 'post', 'x_post');
select tests.submit('picture', 'task-1');
select tests.fail('picture', 'wait', '0');
select private.dispatch('runninghub');
select worker.submitted(id, (tests.attempt('picture')).token, 'task-2', '{"second": true}') from tests.job('picture');
select tests.webhook('picture', 'event-1', p_external_id => 'task-2');
select worker.submitted(id, (tests.attempt('post')).token, 'post-1', '{"posted": true}') from tests.job('post');

select tests.as_admin();
select is((select raw_api_response from public.upscaler_jobs), '{"second": true}', 'an admin sees what the last attempt was answered');
select is((select raw_webhook_payload from public.upscaler_jobs), '{"event": "TASK_END"}', 'and the webhook it got');
select is((select platform_response from public.publication_jobs), '{"posted": true}', 'and what a platform answered');
select tests.as_service();
select is((select raw_api_response from public.upscaler_jobs), '{"second": true}', 'so do functions with a secret key');
select is((select platform_response from public.publication_jobs), '{"posted": true}', 'of platforms as well');
select tests.as_user('ana');
select is((select raw_api_response from public.upscaler_jobs), null, 'to its owner it is not shown');
select is((select raw_webhook_payload from public.upscaler_jobs), null, 'nor is the webhook');
select is((select platform_response from public.publication_jobs), null, 'nor the answer of a platform');
select is((select current_step::text from public.upscaler_jobs), 'webhook_received', 'all else is');
select tests.reset();

select * from finish();
rollback;
