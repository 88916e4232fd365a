-- What a job ends by itself, by when it is due. 3 is the phase "idle", 1 the kind "app_stream".
CREATE INDEX sessions_unused ON sessions (tenant_id, (COALESCE(last_activity_at, started_at))) WHERE phase = 3 AND kind = 1;
-- 5 is the phase "over", 2 the kind "cloud_delivery".
CREATE INDEX sessions_to_end ON sessions (tenant_id, valid_until) WHERE phase < 5 AND kind = 2;
-- 6 is the role "owner": whether one has a password is asked at each start.
CREATE INDEX users_owners ON users (id) WHERE role = 6;
