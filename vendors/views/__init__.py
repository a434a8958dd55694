"""The pages of the vendor wing: each gets, asks, calls one deed, and answers."""
