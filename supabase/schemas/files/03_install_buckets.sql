create function private.install_buckets() returns setof private.shipment
language plpgsql set search_path = '' as $$
begin
  return query
    select s.* from (values
      ('inputs', null, '["image/png", "image/jpeg", "image/jpg", "image/webp", "image/gif", "video/mp4",
        "video/quicktime", "video/webm", "application/pdf", "application/msword", "application/vnd.ms-powerpoint",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "application/vnd.openxmlformats-officedocument.presentationml.presentation"]'::jsonb),
      -- What a result may be at all, and as large as one may be; which of it a tool makes its own output_types say.
      ('outputs', 524288000, '["image/*", "video/*", "audio/*", "text/plain", "text/plain;charset=UTF-8", "text/csv",
        "text/vtt", "application/x-subrip", "application/json", "application/pdf", "application/zip",
        "application/octet-stream", "model/gltf-binary"]'),
      -- Copies of inputs, checked when they are made; no policy lets anybody in.
      ('handed', null, null)
    ) buckets (name, bytes, types),
    lateral private.ship_row('bucket', 'storage.buckets', 'id', name, jsonb_build_object(
      'name', name, 'public', false, 'file_size_limit', bytes, 'allowed_mime_types', types)) s;
end
$$;
comment on function private.install_buckets() is 'Brings the three buckets; called by ops.install() alone.';
revoke execute on function private.install_buckets() from public;
