"""Who looked at whose health data: noted for every page and every program, told to the athlete in plain words."""
