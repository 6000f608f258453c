"""Redis or Valkey behind one code path: connection, embedded server, directory, configuration versions, journal."""
