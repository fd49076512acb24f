"""Turns a question into a cited answer on a screen: the online half of the article bot."""
