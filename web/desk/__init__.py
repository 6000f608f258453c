"""A team's desk: what who answers for a team uses all day."""
