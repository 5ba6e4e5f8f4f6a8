create function private.install_buckets() returns setof private.shipment
language plpgsql set search_path = '' as $$
begin
  return query
    select s.* from (values
      ('inputs', '["image/png", "image/jpeg", "image/webp", "video/mp4", "video/quicktime"]'::jsonb),
      ('outputs', 'null')
    ) buckets (name, types),
    lateral private.ship_row('bucket', 'storage.buckets', 'id', name, jsonb_build_object(
      'name', name, 'public', false, 'file_size_limit', null, 'allowed_mime_types', types)) s;
end
$$;
comment on function private.install_buckets() is 'Brings the two buckets; called by ops.install() alone.';
revoke execute on function private.install_buckets() from public;
