begin;
select plan(3);

select is((select file_size_limit from storage.buckets where id = 'outputs'), 500 * 1024 * 1024::bigint,
  'as large as a result may be');
select is((select count(*) from storage.buckets, unnest(array['image/*', 'video/*', 'audio/*', 'text/plain',
    'application/json', 'application/pdf', 'application/x-subrip', 'text/vtt']) type
  where id = 'outputs' and type = any (allowed_mime_types)), 8::bigint, 'pictures, films, sound, documents, texts');
select ok((select not allowed_mime_types && array['*', '*/*', 'text/*', 'text/html', 'application/*']
  from storage.buckets where id = 'outputs'), 'and no pages');

select * from finish();
rollback;
