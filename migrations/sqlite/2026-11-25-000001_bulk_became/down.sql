DROP INDEX commands_bulk;
