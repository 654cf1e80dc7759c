"""What the work costs, measured beside a floor that does the same commits with bare Flask and psycopg."""
