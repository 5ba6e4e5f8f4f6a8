-- @acceptance 004:137
begin;
select plan(5);

select is(
  private.upload_steps('{"person_image": ["api/a.png"], "garments": ["api/b.png", "api/c.png"]}', '2030-01-01 00:00:00Z'),
  '[{"step": "upload", "timestamp": "2030-01-01T00:00:00.000000Z", "field": "garments", "fileName": "api/b.png"},
    {"step": "upload", "timestamp": "2030-01-01T00:00:00.000000Z", "field": "garments", "fileName": "api/c.png"},
    {"step": "upload", "timestamp": "2030-01-01T00:00:00.000000Z", "field": "person_image", "fileName": "api/a.png"}]',
  'an entry for each file, in order');
select is(
  private.upload_steps('{"image": "api/a.png"}', '2030-01-01 00:00:00Z') #>> '{0,fileName}', 'api/a.png',
  'also where there is one alone');
select is(
  private.upload_steps('{"image": ["https://ref.supabase.co/storage/v1/object/sign/inputs/a.png?token=secret"]}', now()),
  '[]', 'an address with a token in it is told to nobody');
select is(private.upload_steps('{}', now()), '[]', 'no files, no entries');
select is(private.upload_steps(null, now()), '[]', 'nor where nothing is known of files');

select * from finish();
rollback;
