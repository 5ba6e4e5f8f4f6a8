begin;
select plan(1);

select is_empty(
  $$ select attrelid::regclass, attname from pg_attribute
     where attrelid::regclass::text in ('private.tool_jobs', 'upscaler_jobs', 'pose_changer_jobs', 'veste_ai_jobs', 'video_upscaler_jobs', 'publication_jobs')
       and attname in ('position', 'raw_api_response', 'raw_webhook_payload', 'platform_response')
       and col_description(attrelid, attnum) is null $$,
  'a column that is null for some, or computed, says so in its comment');

select * from finish();
rollback;
