"""A person's own data: take it as a file, erase it, and read what is kept and why."""
