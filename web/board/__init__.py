"""`/`: the board that supervisors leave open all day."""
