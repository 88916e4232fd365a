-- A letter with a mark is one letter, however it was typed: macOS and some directories write é as e and an accent. `folded`
-- is our own function, which folds as the rule book does. Of a person's views that would then have the same name, none is
-- touched.
UPDATE users SET username_folded = folded(username_folded) WHERE username_folded GLOB '*[^ -~]*' AND username_folded <> folded(username_folded);
UPDATE users SET display_name_folded = folded(display_name_folded) WHERE display_name_folded GLOB '*[^ -~]*' AND display_name_folded <> folded(display_name_folded);
UPDATE users SET email_folded = folded(email_folded) WHERE email_folded GLOB '*[^ -~]*' AND email_folded <> folded(email_folded);
UPDATE users SET ad_username_folded = folded(ad_username_folded) WHERE ad_username_folded GLOB '*[^ -~]*' AND ad_username_folded <> folded(ad_username_folded);
UPDATE groups SET name_folded = folded(name_folded) WHERE name_folded GLOB '*[^ -~]*' AND name_folded <> folded(name_folded);
UPDATE environments SET name_folded = folded(name_folded) WHERE name_folded GLOB '*[^ -~]*' AND name_folded <> folded(name_folded);
UPDATE hosts SET name_folded = folded(name_folded) WHERE name_folded GLOB '*[^ -~]*' AND name_folded <> folded(name_folded);
UPDATE devices SET name_folded = folded(name_folded) WHERE name_folded GLOB '*[^ -~]*' AND name_folded <> folded(name_folded);
UPDATE resources SET name_folded = folded(name_folded) WHERE name_folded GLOB '*[^ -~]*' AND name_folded <> folded(name_folded);
UPDATE delivery_methods SET name_folded = folded(name_folded) WHERE name_folded GLOB '*[^ -~]*' AND name_folded <> folded(name_folded);
UPDATE provisions SET name_folded = folded(name_folded) WHERE name_folded GLOB '*[^ -~]*' AND name_folded <> folded(name_folded);
UPDATE session_extras SET version_folded = folded(version_folded) WHERE version_folded GLOB '*[^ -~]*' AND version_folded <> folded(version_folded);
UPDATE session_extras SET server_folded = folded(server_folded) WHERE server_folded GLOB '*[^ -~]*' AND server_folded <> folded(server_folded);
UPDATE views SET name_folded = folded(name_folded) WHERE name_folded GLOB '*[^ -~]*' AND name_folded <> folded(name_folded)
    AND NOT EXISTS (
        SELECT 1 FROM views o
        WHERE o.tenant_id = views.tenant_id AND o.page = views.page AND o.id <> views.id
            AND folded(o.name_folded) = folded(views.name_folded)
    );
