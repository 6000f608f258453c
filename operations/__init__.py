"""Work that has a memory and a clock: members, configuration, callbacks, reconciliation."""
