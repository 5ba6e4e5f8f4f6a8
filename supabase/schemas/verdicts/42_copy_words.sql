create function private.words_of_copies() returns setof private.verdict_word
language sql immutable set search_path = '' as $$
  values
    ('copy_blocked', 590, 'warn', 'by_itself',
      'See why: the provider''s files, or our Storage (full, paused, no bucket).',
      array['Your result is ready, but cannot be fetched just now.', 'It is tried again by itself{when}.'],
      array['Seu resultado está pronto, mas ainda não pôde ser buscado.', 'Tentamos de novo sozinhos{when}.']),
    ('copy_in_progress', 600, 'info', 'by_itself', null,
      array['Your result is ready and is being saved.', 'It appears by itself.'],
      array['Seu resultado está pronto e está sendo salvo.', 'Ele aparece sozinho.']),
    ('produced', 610, 'info', 'by_itself', null,
      array['Your result is ready and is about to be saved.', 'It appears by itself.'],
      array['Seu resultado está pronto e será salvo em seguida.', 'Ele aparece sozinho.'])
$$;
comment on function private.words_of_copies() is 'The words of findings about results that are being stored.';
revoke execute on function private.words_of_copies() from public;
