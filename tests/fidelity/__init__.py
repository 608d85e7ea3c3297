"""Proof that totals agree: believable invoices, through the real mapping, into every kind of company, and back."""
