create function private.install_buckets() returns void
language plpgsql set search_path = '' as $$
begin
  insert into storage.buckets (id, name, public, file_size_limit, allowed_mime_types) values
    ('inputs', 'inputs', false, null, array['image/png', 'image/jpeg', 'image/webp', 'video/mp4', 'video/quicktime']),
    ('outputs', 'outputs', false, null, null)
  on conflict (id) do nothing;
end
$$;
comment on function private.install_buckets() is 'Brings the two buckets.';
revoke execute on function private.install_buckets() from public;
