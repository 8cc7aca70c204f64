"""PostgreSQL: one database, any number of processes on any number of machines."""
