"""What staff see: figures as pure functions of readings, and the pages that show them."""
