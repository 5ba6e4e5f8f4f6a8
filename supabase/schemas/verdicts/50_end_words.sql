create function private.words_of_ends() returns setof private.verdict_word
language sql immutable set search_path = '' as $$
  values
    ('completed', 700, 'ok', 'never', null,
      array['Your job is done.'], array['Seu trabalho está pronto.']),
    ('webhook_late', 705, 'ok', 'never',
      'Failed for its deadline, and the provider was done: see whether the tool''s timeout is too short.',
      array['The service answered after your job had ended.', 'That comes too late, and does not go on by itself.',
        'You can try it again.'],
      array['O serviço respondeu depois do fim do seu trabalho.', 'Isso chegou tarde, e não continua sozinho.',
        'Você pode tentar de novo.']),
    ('cancelled', 720, 'info', 'never', null,
      array['Your job was cancelled.'], array['Seu trabalho foi cancelado.'])
$$;
comment on function private.words_of_ends() is 'The words of findings about jobs that ended well, or were not wanted.';
revoke execute on function private.words_of_ends() from public;
