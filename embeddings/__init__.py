"""Turns source files into a searchable snapshot: the offline half of the article bot."""
