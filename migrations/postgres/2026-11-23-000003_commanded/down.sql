DROP INDEX sessions_commanded;
