"""The business: what was made, what it may be used for, who owes whom."""
