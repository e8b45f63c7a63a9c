"""The parts of `SqlCardStore`: tables, the database, and one module of plain functions for each kind of row."""
