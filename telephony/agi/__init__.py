"""FastAGI: grammar, sans-I/O parser, protocol and the Line that conversations speak through."""
