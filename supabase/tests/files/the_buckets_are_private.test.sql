begin;
select plan(2);

select results_eq(
  $$ select id, public from storage.buckets where id in ('inputs', 'outputs', 'handed') order by id $$,
  $$ values ('handed', false), ('inputs', false), ('outputs', false) $$,
  'there are three, and nobody reads them without a token');
select is(
  (select allowed_mime_types from storage.buckets where id = 'inputs'),
  array['image/png', 'image/jpeg', 'image/jpg', 'image/webp', 'image/gif', 'video/mp4', 'video/quicktime', 'video/webm',
    'application/pdf', 'application/msword', 'application/vnd.ms-powerpoint',
    'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
    'application/vnd.openxmlformats-officedocument.presentationml.presentation'],
  'pictures, videos and documents can be handed in');

select * from finish();
rollback;
