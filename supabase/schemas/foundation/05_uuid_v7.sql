create function private.uuid_v7() returns uuid
language plpgsql volatile set search_path = '' as $$
begin
  return encode(
    set_bit(set_bit(
      overlay(
        uuid_send(gen_random_uuid())
        placing substring(int8send((extract(epoch from clock_timestamp()) * 1000)::bigint) from 3)
        from 1 for 6
      ), 52, 1), 53, 1), 'hex')::uuid;
end
$$;
comment on function private.uuid_v7() is
  'A UUID that sorts by the millisecond it was made (RFC 9562, version 7): new rows land at the right edge of an '
  'index.';
revoke execute on function private.uuid_v7() from public;

create function private.first_uuid() returns uuid
language sql immutable set search_path = '' as $$
  select '00000000-0000-0000-0000-000000000000'::uuid
$$;
comment on function private.first_uuid() is 'The id that all others come after.';
revoke execute on function private.first_uuid() from public;

create function private.last_uuid() returns uuid
language sql immutable set search_path = '' as $$
  select 'ffffffff-ffff-ffff-ffff-ffffffffffff'::uuid
$$;
comment on function private.last_uuid() is 'The id that comes after all others.';
revoke execute on function private.last_uuid() from public;
