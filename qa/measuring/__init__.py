"""How good and how fast the bot is, and what it learns from: for `scripts/`; the bot needs none."""
