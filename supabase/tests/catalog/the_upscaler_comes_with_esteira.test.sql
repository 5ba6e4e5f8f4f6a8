begin;
select plan(3);

select results_eq(
  $$ select l.provider, l.delivery, t.effect from public.tools t join private.lanes l using (lane) where tool = 'upscaler' $$,
  $$ values ('runninghub', 'webhook', null::text) $$,
  'it runs at RunningHub, which calls back');
select is(
  (select settings #>> '{files,image,types}' from public.tools where tool = 'upscaler'), '["image/png", "image/jpeg", "image/webp"]',
  'it takes pictures');
select is((select count(*) from tests.messages('runninghub_queue')), 0::bigint, 'its lane has a queue');

select * from finish();
rollback;
