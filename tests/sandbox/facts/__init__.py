"""What `QUICKBOOKS.md` says, a fact a line: each module holds one section and registers its facts in `table.FACTS`."""
