create function private.bound_attempt() returns trigger
language plpgsql set search_path = '' as $$
begin
  new.raw_api_response := private.cut_json(new.raw_api_response);
  new.raw_webhook_payload := private.cut_json(new.raw_webhook_payload);
  new.error_message := private.cut(new.error_message);
  new.error_code := private.cut(new.error_code, 200);
  return new;
end
$$;
comment on function private.bound_attempt() is
  'Before what a provider or a worker says is written to an attempt, where it is long: cuts it, with marks. 64 KiB of '
  'each answer, 2,000 characters of an error.';
revoke execute on function private.bound_attempt() from public;

-- Looked at for every answer, so in the condition, and each of the two by itself: a condition is parsed anew by every
-- statement that writes what it is about, and hardly one writes both. An attempt begins with neither. What has not
-- changed may be compressed, and is as short as it was.
create trigger answers_are_bounded before update of raw_api_response, raw_webhook_payload on public.job_attempts
  for each row when (pg_column_size(new.raw_api_response) > 16384 or pg_column_size(new.raw_webhook_payload) > 16384)
  execute function private.bound_attempt();
create trigger errors_are_bounded before update of error_message, error_code on public.job_attempts
  for each row when (char_length(new.error_message) > 2000 or char_length(new.error_code) > 200)
  execute function private.bound_attempt();
