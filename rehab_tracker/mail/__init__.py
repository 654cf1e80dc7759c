"""How it reaches people: letters without health data, and the post that hands them to an SMTP server."""
