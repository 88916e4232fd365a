-- SQLite alone: here every primary key is an index of its own, as it should be.
SELECT 1;
