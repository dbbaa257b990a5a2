"""The commands, one module each; ``dev.cli`` finds them automatically."""
