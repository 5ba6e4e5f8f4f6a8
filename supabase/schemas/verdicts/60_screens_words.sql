create function private.words_of_screens() returns setof private.verdict_word
language sql immutable set search_path = '' as $$
  values
    ('trigger_missing', 800, 'error', 'by_operator', 'Run its repair_sql, or select * from ops.repair(check).',
      array['Your screen does not learn of changes by itself just now.', 'We mend that; your job is not affected.',
        'Reload the page to see where it stands.'],
      array['Sua tela não está recebendo as mudanças sozinha agora.', 'Nós vamos corrigir; seu trabalho não é afetado.',
        'Recarregue a página para ver como ele está.']),
    ('topic_policy_missing', 805, 'error', 'by_operator', 'Run its repair_sql, or select * from ops.repair(check).',
      array['Your screen may not listen to changes just now.', 'We mend that; your job is not affected.',
        'Reload the page to see where it stands.'],
      array['Sua tela não tem permissão para ouvir as mudanças agora.',
        'Nós vamos corrigir; seu trabalho não é afetado.',
        'Recarregue a página para ver como ele está.']),
    ('rows_unreadable', 810, 'error', 'by_operator', 'Run its repair_sql, or select * from ops.repair(check).',
      array['Your screen cannot read your jobs just now.', 'We mend that; your job is not affected.'],
      array['Sua tela não consegue ler seus trabalhos agora.', 'Nós vamos corrigir; seu trabalho não é afetado.']),
    ('broadcast_swallowed', 820, 'warn', 'by_itself',
      'Look at select * from private.broadcast_failures and at ops.realtime_doctor().',
      array['Your screen was not told of the last change of your job.', 'It shows by itself in about a minute.',
        'Reload the page to see it at once.'],
      array['Sua tela não foi avisada da última mudança do seu trabalho.', 'Ela aparece sozinha em cerca de um minuto.',
        'Recarregue a página para ver agora.']),
    ('not_announced', 825, 'warn', 'by_itself',
      'Something changed the row past its triggers (session_replication_role, a trigger that was off): '
      'ops.realtime_doctor().',
      array['Your screen was not told of the last change of your job.', 'It shows by itself with the next one.',
        'Reload the page to see it at once.'],
      array['Sua tela não foi avisada da última mudança do seu trabalho.', 'Ela aparece sozinha com a próxima.',
        'Recarregue a página para ver agora.']),
    ('not_delivered', 830, 'warn', 'by_itself',
      'The database has told it: look at the client''s badge and log, its network, and Realtime''s status.',
      array['Your screens learn of changes late.', 'They catch up by themselves in about a minute.',
        'Reload the page, or check your connection.'],
      array['Suas telas estão recebendo as mudanças com atraso.', 'Elas se atualizam sozinhas em cerca de um minuto.',
        'Recarregue a página ou verifique sua conexão.'])
$$;
comment on function private.words_of_screens() is 'The words of findings about what reaches screens.';
revoke execute on function private.words_of_screens() from public;
