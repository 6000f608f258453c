"""What a team's desk knows beside the live figures: whose caller is on which phone, and who stands in a team's line."""
