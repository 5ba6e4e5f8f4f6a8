begin;
select plan(5);

select results_eq(
  $$ select tool, credit_cost, timeout from public.tools where lane = 'runninghub' order by tool $$,
  $$ values ('pose_changer', 2, interval '30 minutes'), ('upscaler', 1, '30 minutes'), ('veste_ai', 2, '30 minutes'),
            ('video_upscaler', 5, '1 hour') $$,
  'each has its price and its time');
select is_empty(
  $$ select tool from public.tools where lane = 'runninghub' and not titles ? 'pt-BR' $$, 'each has a Portuguese name');
select results_eq(
  $$ select tool, f.key, f.value ->> 'max_bytes' from public.tools, jsonb_each(settings -> 'files') f
     where lane = 'runninghub' order by 1, 2 $$,
  $$ values ('pose_changer', 'person_image', '31457280'), ('pose_changer', 'reference_image', '31457280'),
            ('upscaler', 'image', '31457280'), ('veste_ai', 'clothing_image', '31457280'),
            ('veste_ai', 'person_image', '31457280'), ('video_upscaler', 'video', '31457280') $$,
  'no file is larger than RunningHub takes');
select is_empty(
  $$ select types from public.tools, jsonb_each(settings -> 'files') f, jsonb_array_elements_text(f.value -> 'types') types
     where lane = 'runninghub'
       and types not in (select unnest(allowed_mime_types) from storage.buckets where id = 'inputs') $$,
  'every type that a tool takes can be uploaded');
select is(
  (select settings #>> '{files,video,types}' from public.tools where tool = 'video_upscaler'), '["video/mp4", "video/quicktime"]',
  'a video is MP4 or MOV');

select * from finish();
rollback;
