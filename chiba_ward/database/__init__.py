"""Who the portal is to PostgreSQL: the owner of the tables, the role of the application, and what each may do."""
