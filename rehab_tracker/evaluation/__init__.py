"""Do the rules work: event files and their replay, without a database."""
