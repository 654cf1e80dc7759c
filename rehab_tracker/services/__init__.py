"""What can be done: one verb, one transaction. Only here is anything committed."""
