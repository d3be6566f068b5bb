"""What a club's own programs are told: `telling` writes it down, `sending` sends it, `endpoints` is the owners'."""
