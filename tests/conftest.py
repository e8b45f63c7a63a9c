"""Nothing global: each test gets what it needs handed in."""
