/** The first schema. Shipped migrations are never edited; a test keeps their hashes. */
export const sql = `
CREATE TABLE projects (
  id TEXT PRIMARY KEY, name TEXT NOT NULL, path TEXT NOT NULL, real_path TEXT NOT NULL UNIQUE, kind TEXT NOT NULL,
  root_commit TEXT, trusted_hash TEXT, trusted_items TEXT, added_at INTEGER NOT NULL, removed_at INTEGER
) STRICT;
CREATE TABLE sessions (
  id TEXT PRIMARY KEY, project_id TEXT NOT NULL REFERENCES projects(id), title TEXT NOT NULL, title_source TEXT NOT NULL DEFAULT 'auto',
  status TEXT NOT NULL DEFAULT 'open', policy TEXT NOT NULL DEFAULT 'ask', unread INTEGER NOT NULL DEFAULT 0,
  next_tab_number INTEGER NOT NULL DEFAULT 1, created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL, removed_at INTEGER
) STRICT;
CREATE INDEX sessions_by_project ON sessions(project_id, updated_at);
CREATE TABLE working_copies (
  id TEXT PRIMARY KEY, session_id TEXT NOT NULL UNIQUE REFERENCES sessions(id), project_id TEXT NOT NULL REFERENCES projects(id),
  kind TEXT NOT NULL, path TEXT NOT NULL, branch TEXT, base_commit TEXT, base_ref TEXT,
  baseline_tree TEXT, revision_tree TEXT, state TEXT NOT NULL, detail TEXT, created_at INTEGER NOT NULL
) STRICT;
CREATE TABLE chats (
  id TEXT PRIMARY KEY, session_id TEXT NOT NULL REFERENCES sessions(id), tab_number INTEGER NOT NULL, title TEXT NOT NULL,
  title_source TEXT NOT NULL DEFAULT 'auto', last_agent_id TEXT, archived INTEGER NOT NULL DEFAULT 0, queue_held INTEGER NOT NULL DEFAULT 0,
  created_at INTEGER NOT NULL, UNIQUE (session_id, tab_number)
) STRICT;
CREATE TABLE drafts (
  chat_id TEXT PRIMARY KEY REFERENCES chats(id), blocks TEXT NOT NULL, updated_at INTEGER NOT NULL
) STRICT;
CREATE TABLE queue (
  id TEXT PRIMARY KEY, chat_id TEXT NOT NULL REFERENCES chats(id), position REAL NOT NULL, prompt TEXT NOT NULL, choice TEXT NOT NULL,
  created_at INTEGER NOT NULL
) STRICT;
CREATE INDEX queue_by_chat ON queue(chat_id, position);
CREATE TABLE runs (
  id TEXT PRIMARY KEY, chat_id TEXT NOT NULL REFERENCES chats(id), session_id TEXT NOT NULL REFERENCES sessions(id),
  working_copy_id TEXT NOT NULL, agent_id TEXT NOT NULL, requested_model_id TEXT, resolved_model_id TEXT, mode_id TEXT, thinking_level TEXT,
  base_revision_id TEXT, status TEXT NOT NULL, reason TEXT, prompt TEXT NOT NULL, prompt_sent_at INTEGER, context TEXT, stop_reason TEXT,
  error_code TEXT, error_message TEXT, timings TEXT NOT NULL DEFAULT '{}', usage TEXT, idempotency_key TEXT,
  created_at INTEGER NOT NULL, ended_at INTEGER, last_seq INTEGER NOT NULL DEFAULT 0, UNIQUE (chat_id, idempotency_key)
) STRICT;
CREATE INDEX runs_by_chat ON runs(chat_id);
CREATE INDEX runs_by_session ON runs(session_id);
CREATE INDEX runs_open ON runs(status) WHERE ended_at IS NULL;
CREATE TABLE run_events (
  cursor INTEGER PRIMARY KEY AUTOINCREMENT, run_id TEXT NOT NULL REFERENCES runs(id), chat_id TEXT NOT NULL, seq INTEGER NOT NULL,
  type TEXT NOT NULL, at INTEGER NOT NULL, payload TEXT NOT NULL, diagnostics TEXT, UNIQUE (run_id, seq)
) STRICT;
CREATE INDEX run_events_by_chat ON run_events(chat_id, cursor);
CREATE TABLE agent_sessions (
  chat_id TEXT NOT NULL REFERENCES chats(id), agent_id TEXT NOT NULL, agent_session_id TEXT, status TEXT NOT NULL, can_resume INTEGER,
  can_load INTEGER, usage TEXT, last_active_at INTEGER, PRIMARY KEY (chat_id, agent_id)
) STRICT;
CREATE TABLE agent_facts (
  agent_id TEXT PRIMARY KEY, fingerprint TEXT NOT NULL, version TEXT, capabilities TEXT, options TEXT, status TEXT NOT NULL, reason TEXT,
  checked_at INTEGER NOT NULL
) STRICT;
CREATE TABLE checkpoints (
  id TEXT PRIMARY KEY, session_id TEXT NOT NULL REFERENCES sessions(id), run_id TEXT, kind TEXT NOT NULL, label TEXT, tree TEXT NOT NULL,
  commit_id TEXT NOT NULL, skipped TEXT NOT NULL DEFAULT '[]', place TEXT NOT NULL DEFAULT 'working-copy',
  restored_id TEXT, result_tree TEXT, created_at INTEGER NOT NULL
) STRICT;
CREATE INDEX checkpoints_by_session ON checkpoints(session_id, created_at);
CREATE TABLE change_attributions (
  session_id TEXT NOT NULL REFERENCES sessions(id), path TEXT NOT NULL, agent_id TEXT NOT NULL, run_id TEXT NOT NULL,
  content TEXT NOT NULL, at INTEGER NOT NULL, apply_id TEXT,
  PRIMARY KEY (session_id, path, agent_id, run_id)
) STRICT;
CREATE TABLE change_reviews (
  session_id TEXT NOT NULL REFERENCES sessions(id), path TEXT NOT NULL, fingerprint TEXT NOT NULL, review TEXT NOT NULL, at INTEGER NOT NULL,
  PRIMARY KEY (session_id, path)
) STRICT;
CREATE TABLE applies (
  id TEXT PRIMARY KEY, session_id TEXT NOT NULL REFERENCES sessions(id), kind TEXT NOT NULL, state TEXT NOT NULL, entries TEXT NOT NULL,
  baseline_before TEXT, baseline_after TEXT, reverts_id TEXT, created_at INTEGER NOT NULL, committed INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX applies_by_session ON applies(session_id, created_at);
CREATE TABLE permission_requests (
  id TEXT PRIMARY KEY, run_id TEXT NOT NULL REFERENCES runs(id), chat_id TEXT NOT NULL, session_id TEXT NOT NULL, project_id TEXT NOT NULL,
  agent_id TEXT NOT NULL, title TEXT NOT NULL, action TEXT NOT NULL, action_hash TEXT NOT NULL, options TEXT NOT NULL, warnings TEXT NOT NULL,
  rememberable INTEGER NOT NULL, status TEXT NOT NULL, option_id TEXT, resolved_by TEXT, created_at INTEGER NOT NULL, resolved_at INTEGER
) STRICT;
CREATE INDEX permission_requests_open ON permission_requests(status) WHERE status = 'open';
CREATE TABLE permission_rules (
  id TEXT PRIMARY KEY, scope TEXT NOT NULL, scope_id TEXT NOT NULL, match TEXT NOT NULL, match_key TEXT NOT NULL, decision TEXT NOT NULL,
  created_at INTEGER NOT NULL, UNIQUE (scope, scope_id, match_key)
) STRICT;
CREATE TABLE questions (
  id TEXT PRIMARY KEY, run_id TEXT NOT NULL REFERENCES runs(id), chat_id TEXT NOT NULL, session_id TEXT NOT NULL, project_id TEXT NOT NULL,
  agent_id TEXT NOT NULL, kind TEXT NOT NULL, message TEXT NOT NULL, schema TEXT, options TEXT, status TEXT NOT NULL, content TEXT,
  resolved_by TEXT, created_at INTEGER NOT NULL, resolved_at INTEGER
) STRICT;
CREATE TABLE layouts (
  session_id TEXT PRIMARY KEY REFERENCES sessions(id), document TEXT NOT NULL, updated_at INTEGER NOT NULL
) STRICT;
CREATE TABLE terminals (
  id TEXT PRIMARY KEY, session_id TEXT NOT NULL REFERENCES sessions(id), title TEXT NOT NULL, cwd TEXT NOT NULL, cols INTEGER NOT NULL,
  rows INTEGER NOT NULL, owner TEXT, status TEXT NOT NULL, exit_code INTEGER, screen TEXT, created_at INTEGER NOT NULL
) STRICT;
CREATE TABLE tokens (
  id TEXT PRIMARY KEY, name TEXT NOT NULL, hash BLOB NOT NULL UNIQUE, created_at INTEGER NOT NULL, last_used_at INTEGER, revoked_at INTEGER
) STRICT;
CREATE TABLE processes (
  pid INTEGER NOT NULL, start_ticks TEXT NOT NULL, kind TEXT NOT NULL, label TEXT NOT NULL, tag TEXT NOT NULL, started_at INTEGER NOT NULL,
  PRIMARY KEY (pid, start_ticks)
) STRICT;
CREATE TABLE working_copy_steps (
  working_copy_id TEXT PRIMARY KEY REFERENCES working_copies(id), step TEXT NOT NULL, at INTEGER NOT NULL
) STRICT;
`;
