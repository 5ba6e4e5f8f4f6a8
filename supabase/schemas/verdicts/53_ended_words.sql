create function private.words_of_ended() returns setof private.verdict_word
language sql immutable set search_path = '' as $$
  select * from private.words_of_ends()
  union all select * from private.words_of_failures()
  union all select * from private.words_of_our_failures()
  union all select * from private.words_of_open_ends()
$$;
comment on function private.words_of_ended() is 'The words of findings about jobs that have ended.';
revoke execute on function private.words_of_ended() from public;
