-- A letter with a mark is one letter, however it was typed: macOS and some directories write é as e and an accent. Of a
-- person's views that would then have the same name, none is touched. Only Unicode has more than one way to write a letter.
DO $$
BEGIN
IF getdatabaseencoding() <> 'UTF8' THEN
    RETURN;
END IF;
UPDATE users SET username_folded = normalize(username_folded) WHERE username_folded IS NOT NORMALIZED;
UPDATE users SET display_name_folded = normalize(display_name_folded) WHERE display_name_folded IS NOT NORMALIZED;
UPDATE users SET email_folded = normalize(email_folded) WHERE email_folded IS NOT NORMALIZED;
UPDATE users SET ad_username_folded = normalize(ad_username_folded) WHERE ad_username_folded IS NOT NORMALIZED;
UPDATE groups SET name_folded = normalize(name_folded) WHERE name_folded IS NOT NORMALIZED;
UPDATE environments SET name_folded = normalize(name_folded) WHERE name_folded IS NOT NORMALIZED;
UPDATE hosts SET name_folded = normalize(name_folded) WHERE name_folded IS NOT NORMALIZED;
UPDATE devices SET name_folded = normalize(name_folded) WHERE name_folded IS NOT NORMALIZED;
UPDATE resources SET name_folded = normalize(name_folded) WHERE name_folded IS NOT NORMALIZED;
UPDATE delivery_methods SET name_folded = normalize(name_folded) WHERE name_folded IS NOT NORMALIZED;
UPDATE provisions SET name_folded = normalize(name_folded) WHERE name_folded IS NOT NORMALIZED;
UPDATE session_extras SET version_folded = normalize(version_folded) WHERE version_folded IS NOT NORMALIZED;
UPDATE session_extras SET server_folded = normalize(server_folded) WHERE server_folded IS NOT NORMALIZED;
UPDATE views SET name_folded = normalize(name_folded) WHERE name_folded IS NOT NORMALIZED
    AND NOT EXISTS (
        SELECT 1 FROM views o
        WHERE o.tenant_id = views.tenant_id AND o.page = views.page AND o.id <> views.id
            AND normalize(o.name_folded) = normalize(views.name_folded)
    );
END
$$;
