-- Nothing to undo: what was folded either way is read as it stands.
SELECT 1;
