-- However few sessions have an environment, a delivery method or a word, a list finds them at once. The words are few, so
-- are their combinations: one index has them all, as one number, of which each word has two decimal places.
CREATE INDEX sessions_environment ON sessions (tenant_id, environment_id, id);
CREATE INDEX sessions_delivery_method ON sessions (tenant_id, delivery_method_id, id);
CREATE INDEX sessions_words ON sessions (
    tenant_id,
    (CAST(terminal AS BIGINT) + 100 * access + 10000 * source + 1000000 * COALESCE(ended_how, 0)
        + 100000000 * CAST(COALESCE(end_reason, 0) AS BIGINT)),
    id
);
