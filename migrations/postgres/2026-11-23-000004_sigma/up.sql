-- Lower case no longer depends on where a letter stands: a sigma at the end of a word is one like every other. Of a person's
-- views that would then have the same name, none is touched.
UPDATE users SET username_folded = REPLACE(username_folded, 'ς', 'σ') WHERE username_folded LIKE '%ς%';
UPDATE users SET display_name_folded = REPLACE(display_name_folded, 'ς', 'σ') WHERE display_name_folded LIKE '%ς%';
UPDATE users SET email_folded = REPLACE(email_folded, 'ς', 'σ') WHERE email_folded LIKE '%ς%';
UPDATE users SET ad_username_folded = REPLACE(ad_username_folded, 'ς', 'σ') WHERE ad_username_folded LIKE '%ς%';
UPDATE groups SET name_folded = REPLACE(name_folded, 'ς', 'σ') WHERE name_folded LIKE '%ς%';
UPDATE environments SET name_folded = REPLACE(name_folded, 'ς', 'σ') WHERE name_folded LIKE '%ς%';
UPDATE hosts SET name_folded = REPLACE(name_folded, 'ς', 'σ') WHERE name_folded LIKE '%ς%';
UPDATE devices SET name_folded = REPLACE(name_folded, 'ς', 'σ') WHERE name_folded LIKE '%ς%';
UPDATE resources SET name_folded = REPLACE(name_folded, 'ς', 'σ') WHERE name_folded LIKE '%ς%';
UPDATE delivery_methods SET name_folded = REPLACE(name_folded, 'ς', 'σ') WHERE name_folded LIKE '%ς%';
UPDATE provisions SET name_folded = REPLACE(name_folded, 'ς', 'σ') WHERE name_folded LIKE '%ς%';
UPDATE session_extras SET version_folded = REPLACE(version_folded, 'ς', 'σ') WHERE version_folded LIKE '%ς%';
UPDATE session_extras SET server_folded = REPLACE(server_folded, 'ς', 'σ') WHERE server_folded LIKE '%ς%';
UPDATE views SET name_folded = REPLACE(name_folded, 'ς', 'σ') WHERE name_folded LIKE '%ς%'
    AND NOT EXISTS (
        SELECT 1 FROM views o
        WHERE o.tenant_id = views.tenant_id AND o.page = views.page AND o.id <> views.id
            AND REPLACE(o.name_folded, 'ς', 'σ') = REPLACE(views.name_folded, 'ς', 'σ')
    );
