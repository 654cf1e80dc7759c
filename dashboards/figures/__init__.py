"""Figures: readings become a figure, a sentence and a table; pure functions, one question a file."""
